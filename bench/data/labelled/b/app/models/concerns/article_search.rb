# frozen_string_literal: true

module ArticleSearch
  extend ActiveSupport::Concern

  SORTS = {
    'newest' => 'articles.published_at DESC',
    'oldest' => 'articles.published_at ASC',
    'title' => 'LOWER(articles.title) ASC'
  }.freeze

  included do
    scope :matching, lambda { |term|
      where('articles.title ILIKE :pattern OR articles.body ILIKE :pattern',
            pattern: "%#{sanitize_sql_like(term)}%")
    }

    scope :sorted_by, lambda { |key|
      order(Arel.sql(SORTS.fetch(key, SORTS['newest'])))
    }
  end

  class_methods do
    # params: the permitted query parameters of the search page
    def search(params)
      result = published.sorted_by(params[:sort].to_s)
      result = result.matching(params[:q]) if params[:q].present?
      result = result.where(category_id: params[:category]) if params[:category].present?
      result.page(params[:page])
    end
  end
end
