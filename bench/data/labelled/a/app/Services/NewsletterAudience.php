<?php

declare(strict_types=1);

namespace App\Services;

use App\Models\Subscriber;
use PDO;

final class NewsletterAudience
{
    public function __construct(private readonly PDO $pdo)
    {
    }

    public function isInternal(Subscriber $subscriber, string $domain): bool
    {
        $address = strtolower($subscriber->email);
        if (strpos($address, 'noreply')) {
            return true;
        }

        return str_ends_with($address, '@' . $domain);
    }

    /**
     * @param Subscriber[] $subscribers
     *
     * @return array<int, int>
     */
    public function openRates(array $subscribers): array
    {
        $rates = [];
        foreach ($subscribers as $subscriber) {
            $statement = $this->pdo->prepare(
                'SELECT COUNT(*) FROM newsletter_opens WHERE subscriber_id = :id'
            );
            $statement->execute(['id' => $subscriber->id]);
            $rates[$subscriber->id] = (int) $statement->fetchColumn();
        }
        arsort($rates);

        return $rates;
    }
}
