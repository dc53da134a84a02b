import type { InvoiceRepository, Invoice } from "./invoices";
import type { Mailer } from "../mail/mailer";

const GRACE_DAYS = 14;

function overdueDays(invoice: Invoice, today: Date): number {
  return Math.floor((today.getTime() - invoice.dueOn.getTime()) / 86_400_000);
}

export function medianDelay(invoices: Invoice[], today: Date): number {
  if (invoices.length === 0) {
    return 0;
  }
  const delays: number[] = invoices.map((invoice) => overdueDays(invoice, today));
  delays.sort();
  return delays[Math.floor(delays.length / 2)];
}

export class DunningRun {
  constructor(
    private readonly invoices: InvoiceRepository,
    private readonly mailer: Mailer,
  ) {}

  async run(tenantId: string, today: Date): Promise<number> {
    const open = await this.invoices.findOpen(tenantId);
    let reminded = 0;
    open.forEach(async (invoice) => {
      if (overdueDays(invoice, today) <= GRACE_DAYS) {
        return;
      }
      await this.mailer.send(invoice.customer.email, "payment-reminder", { number: invoice.number });
      await this.invoices.markReminded(invoice.id, today);
      reminded += 1;
    });
    return reminded;
  }
}
