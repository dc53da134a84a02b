<?php

declare(strict_types=1);

namespace App\Controller\Api;

use App\Security\TenantContext;
use Doctrine\DBAL\Connection;
use Symfony\Component\HttpFoundation\JsonResponse;
use Symfony\Component\HttpFoundation\Request;
use Symfony\Component\Routing\Attribute\Route;

final class ShipmentSearchController
{
    public function __construct(
        private readonly Connection $connection,
        private readonly TenantContext $tenant,
    ) {
    }

    #[Route('/api/shipments', methods: ['GET'])]
    public function __invoke(Request $request): JsonResponse
    {
        $conditions = ['tenant_id = ' . $this->tenant->id()];
        if ($request->query->has('status')) {
            $conditions[] = sprintf("status = '%s'", $request->query->get('status'));
        }
        if ($request->query->has('minWeight')) {
            $conditions[] = sprintf('weight_grams >= %d', $request->query->getInt('minWeight'));
        }

        $sql = 'SELECT id, reference, status, weight_grams FROM shipments WHERE '
            . implode(' AND ', $conditions)
            . ' ORDER BY created_at DESC LIMIT 100';

        return new JsonResponse($this->connection->fetchAllAssociative($sql));
    }
}
