"""Pages of sites: Scrapy asks for them, a frontier of ours on disk knows which are next.

``crawl.py`` puts the parts together; ``harvest.py`` decides what becomes of an answer.
"""
