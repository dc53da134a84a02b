<?php

declare(strict_types=1);

namespace App\Services;

use PDO;

final class AudienceSegments
{
    public function __construct(private readonly PDO $pdo)
    {
    }

    public function localPart(string $address): string
    {
        $at = strpos($address, '@');
        if ($at === false) {
            throw new \InvalidArgumentException('address has no @');
        }

        return substr($address, 0, $at);
    }

    /**
     * @param list<array{id: int, email: string}> $members
     *
     * @return list<array{id: int, email: string, clicks: int}>
     */
    public function withClicks(array $members): array
    {
        $clicks = $this->clickCounts();
        foreach ($members as &$member) {
            $member['clicks'] = $clicks[$member['id']] ?? 0;
        }
        unset($member);

        usort($members, static fn (array $a, array $b): int => $b['clicks'] <=> $a['clicks']);

        return $members;
    }

    /** @return array<int, int> */
    private function clickCounts(): array
    {
        $statement = $this->pdo->query(
            'SELECT member_id, COUNT(*) FROM newsletter_clicks GROUP BY member_id'
        );

        return $statement->fetchAll(PDO::FETCH_KEY_PAIR);
    }
}
