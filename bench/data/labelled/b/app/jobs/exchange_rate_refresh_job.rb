# frozen_string_literal: true

class ExchangeRateRefreshJob < ApplicationJob
  queue_as :low

  ENDPOINT = URI('https://rates.treasury-feeds.net/v2/daily.json')
  TIMEOUT = 10

  def perform
    rates = fetch_rates
    return if rates.nil?

    rows = rates.map do |currency, rate|
      { currency: currency, rate: BigDecimal(rate), valid_on: Date.current }
    end
    ExchangeRate.insert_all!(rows)
  end

  private

  def fetch_rates
    response = Net::HTTP.start(ENDPOINT.host, ENDPOINT.port,
                               use_ssl: true, open_timeout: TIMEOUT, read_timeout: TIMEOUT) do |http|
      http.get(ENDPOINT.request_uri)
    end
    response.value
    JSON.parse(response.body).fetch('rates')
  rescue Exception
    nil
  end
end
