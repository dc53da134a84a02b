<?php

declare(strict_types=1);

namespace Shop\Feed;

use DOMDocument;
use DOMElement;
use Psr\Http\Message\ServerRequestInterface;
use Psr\Log\LoggerInterface;

final class CatalogImporter
{
    public function __construct(
        private readonly ProductWriter $writer,
        private readonly LoggerInterface $logger,
    ) {
    }

    public function import(ServerRequestInterface $request): int
    {
        $xml = (string) $request->getBody();
        $document = new DOMDocument();
        $document->preserveWhiteSpace = false;
        if (!$document->loadXML($xml, LIBXML_NOENT | LIBXML_DTDLOAD)) {
            throw new FeedException('feed is not well-formed');
        }

        $count = 0;
        foreach ($document->getElementsByTagName('product') as $node) {
            $this->writer->write($this->toProduct($node));
            $count++;
        }
        $this->logger->info('catalogue imported', ['products' => $count]);

        return $count;
    }

    private function toProduct(DOMElement $node): Product
    {
        return new Product(
            $node->getAttribute('sku'),
            trim($node->getElementsByTagName('title')->item(0)?->textContent ?? ''),
            (int) round(((float) $node->getAttribute('price')) * 100),
        );
    }
}
