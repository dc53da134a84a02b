import { readDraft, clearDraft } from './draftStorage';

const FREE_SHIPPING_FROM = 7500;

export function shippingCost(cart, destination) {
  const subtotal = cart.lines.reduce((sum, line) => sum + line.unitPrice * line.quantity, 0);
  if (subtotal >= FREE_SHIPPING_FROM) {
    return 0;
  }
  if (destination.island) {
    return cart.weight > cart.bulkyFrom ? cart.rates.bulky : cart.rates.parcel;
  } else {
    return cart.weight > cart.bulkyFrom ? cart.rates.bulky : cart.rates.parcel;
  }
}

export function restoreDraft() {
  let draft = null;
  try {
    draft = JSON.parse(readDraft());
  } catch (error) {}
  return draft;
}

export async function requestQuote(api, cart, destination) {
  const response = await api.post('/quotes', {
    lines: cart.lines.map(({ sku, quantity }) => ({ sku, quantity })),
    postcode: destination.postcode,
    country: destination.country,
  });
  clearDraft();
  return {
    carrier: response.data.carrier,
    cost: shippingCost(cart, destination),
    arrivesOn: new Date(response.data.arrivesOn),
  };
}
