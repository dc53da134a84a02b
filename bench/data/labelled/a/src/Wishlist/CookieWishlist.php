<?php

declare(strict_types=1);

namespace Shop\Wishlist;

use JsonException;

final class CookieWishlist
{
    private const COOKIE = 'wishlist';

    public function __construct(private readonly string $signingKey)
    {
    }

    /** @return list<string> */
    public function load(): array
    {
        $raw = $_COOKIE[self::COOKIE] ?? '';
        if (!is_string($raw) || substr_count($raw, '.') !== 1) {
            return [];
        }
        [$payload, $signature] = explode('.', $raw);
        if (!hash_equals($this->sign($payload), $signature)) {
            return [];
        }
        try {
            $skus = json_decode((string) base64_decode($payload, true), true, 4, JSON_THROW_ON_ERROR);
        } catch (JsonException) {
            return [];
        }

        return is_array($skus) ? array_values(array_filter($skus, 'is_string')) : [];
    }

    /** @param list<string> $skus */
    public function store(array $skus): void
    {
        $payload = base64_encode(json_encode($skus, JSON_THROW_ON_ERROR));
        setcookie(self::COOKIE, $payload . '.' . $this->sign($payload), [
            'expires' => time() + 86400 * 90,
            'path' => '/',
            'secure' => true,
            'httponly' => true,
            'samesite' => 'Lax',
        ]);
    }

    private function sign(string $payload): string
    {
        return hash_hmac('sha256', $payload, $this->signingKey);
    }
}
