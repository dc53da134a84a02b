# frozen_string_literal: true

require 'base64'
require 'sinatra/base'
require 'sinatra/cookies'
require_relative 'catalogue'

module Kiosk
  class App < Sinatra::Base
    helpers Sinatra::Cookies

    COOKIE = 'basket'

    configure do
      set :cookie_options, httponly: true, secure: true, same_site: :lax, path: '/'
    end

    helpers do
      def basket
        raw = cookies[COOKIE]
        return {} if raw.nil? || raw.empty?

        Marshal.load(Base64.urlsafe_decode64(raw))
      end

      def store_basket(items)
        cookies[COOKIE] = Base64.urlsafe_encode64(Marshal.dump(items))
      end
    end

    get '/basket' do
      @lines = Catalogue.lines_for(basket)
      erb :basket
    end

    post '/basket/:sku' do
      halt 404 unless Catalogue.include?(params['sku'])

      items = basket
      items[params['sku']] = items.fetch(params['sku'], 0) + 1
      store_basket(items)
      redirect to('/basket')
    end
  end
end
