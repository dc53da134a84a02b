<?php

declare(strict_types=1);

namespace App\Repository;

use Doctrine\DBAL\ArrayParameterType;
use Doctrine\DBAL\Connection;
use Symfony\Component\HttpFoundation\Request;

final class ConsignmentRepository
{
    public function __construct(private readonly Connection $connection)
    {
    }

    /** @return list<array<string, mixed>> */
    public function search(int $tenantId, Request $request): array
    {
        $order = match ($request->query->get('sort')) {
            'weight' => 'weight_grams',
            'status' => 'status',
            default => 'created_at',
        };

        $sql = 'SELECT id, reference, status, weight_grams FROM consignments WHERE tenant_id = :tenant';
        $parameters = ['tenant' => $tenantId];
        $types = [];

        $statuses = $request->query->all('status');
        if ($statuses !== []) {
            $sql .= ' AND status IN (:statuses)';
            $parameters['statuses'] = $statuses;
            $types['statuses'] = ArrayParameterType::STRING;
        }
        if ($request->query->has('reference')) {
            $sql .= ' AND reference = :reference';
            $parameters['reference'] = $request->query->getString('reference');
        }
        $sql .= ' ORDER BY ' . $order . ' DESC LIMIT 100';

        return $this->connection->fetchAllAssociative($sql, $parameters, $types);
    }
}
