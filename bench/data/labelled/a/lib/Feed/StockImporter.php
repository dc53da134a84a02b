<?php

declare(strict_types=1);

namespace Shop\Feed;

use DOMDocument;
use DOMXPath;
use Psr\Http\Message\ServerRequestInterface;

final class StockImporter
{
    private const MAX_BYTES = 5_000_000;

    public function __construct(private readonly StockWriter $writer)
    {
    }

    public function import(ServerRequestInterface $request): int
    {
        $body = $request->getBody();
        if (($body->getSize() ?? PHP_INT_MAX) > self::MAX_BYTES) {
            throw new FeedException('feed is too large');
        }

        $document = $this->parse((string) $body);
        $xpath = new DOMXPath($document);
        $levels = [];
        foreach ($xpath->query('/stock/item[@sku and @quantity]') as $node) {
            $levels[$node->getAttribute('sku')] = (int) $node->getAttribute('quantity');
        }
        $this->writer->replaceAll($levels);

        return count($levels);
    }

    private function parse(string $xml): DOMDocument
    {
        $previous = libxml_use_internal_errors(true);
        try {
            $document = new DOMDocument();
            if ($xml === '' || !$document->loadXML($xml, LIBXML_NONET | LIBXML_COMPACT)) {
                throw new FeedException('feed is not well-formed');
            }
            if ($document->doctype !== null) {
                throw new FeedException('feed must not have a document type');
            }

            return $document;
        } finally {
            libxml_clear_errors();
            libxml_use_internal_errors($previous);
        }
    }
}
