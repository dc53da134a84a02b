# frozen_string_literal: true

module Reports
  class TopBuyersController < ApplicationController
    before_action :require_accountant!

    LIMIT = 50

    def show
      @buyers = buyers(params.fetch(:minimum, '0'))
      respond_to do |format|
        format.html
        format.json { render json: @buyers }
      end
    end

    private

    def buyers(minimum)
      current_account
        .orders
        .completed
        .joins(:customer)
        .group('customers.id', 'customers.name')
        .having("SUM(orders.total_cents) >= #{minimum}")
        .order(Arel.sql('SUM(orders.total_cents) DESC'))
        .limit(LIMIT)
        .pluck('customers.id', 'customers.name', Arel.sql('SUM(orders.total_cents)'))
    end
  end
end
