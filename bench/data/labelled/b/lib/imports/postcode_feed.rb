# frozen_string_literal: true

require 'csv'
require 'logger'

module Imports
  class FeedError < StandardError; end

  class PostcodeFeed
    Entry = Struct.new(:postcode, :city, :surcharge_cents)

    def initialize(path, logger: Logger.new($stderr))
      @path = path
      @logger = logger
      @skipped = 0
    end

    attr_reader :skipped

    def each
      return enum_for(:each) unless block_given?

      CSV.foreach(@path, headers: true, encoding: 'UTF-8') do |row|
        entry = build(row)
        yield entry if entry
      end
    rescue CSV::MalformedCSVError, Errno::ENOENT => e
      raise FeedError, "postcode feed unreadable: #{e.message}"
    end

    private

    # single broken rows are common in this feed and must not stop the import
    def build(row)
      Entry.new(row.fetch('postcode'), row.fetch('city'), Integer(row.fetch('surcharge_cents'), 10))
    rescue KeyError, ArgumentError => e
      @skipped += 1
      @logger.warn("postcode feed: row skipped: #{e.message}")
      nil
    end
  end
end
