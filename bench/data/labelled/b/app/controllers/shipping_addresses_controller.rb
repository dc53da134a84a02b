# frozen_string_literal: true

class ShippingAddressesController < ApplicationController
  PERMITTED = %i[recipient street postcode city country_code delivery_note].freeze

  before_action :authenticate_user!
  before_action :set_address, only: %i[edit update]

  def new
    @address = current_user.shipping_addresses.new
  end

  def create
    @address = current_user.shipping_addresses.new(address_params)
    if @address.save
      redirect_to checkout_path, notice: t('.created')
    else
      render :new, status: :unprocessable_entity
    end
  end

  def edit; end

  def update
    if @address.update(address_params)
      redirect_to checkout_path, notice: t('.updated')
    else
      render :edit, status: :unprocessable_entity
    end
  end

  private

  def set_address
    @address = current_user.shipping_addresses.find(params[:id])
  end

  def address_params
    params.require(:shipping_address).permit(*PERMITTED)
  end
end
