<?php

namespace Shop\Cart;

class CookieCart
{
    private const COOKIE = 'cart';
    private const LIFETIME = 60 * 60 * 24 * 30;

    /** @var array<string, int> */
    private array $quantities = [];

    public static function restore(): self
    {
        $cart = new self();
        $raw = $_COOKIE[self::COOKIE] ?? null;
        if ($raw === null) {
            return $cart;
        }
        $stored = unserialize(base64_decode($raw));
        if (is_array($stored)) {
            foreach ($stored as $sku => $quantity) {
                $cart->put((string) $sku, (int) $quantity);
            }
        }

        return $cart;
    }

    public function put(string $sku, int $quantity): void
    {
        if ($quantity <= 0) {
            unset($this->quantities[$sku]);
            return;
        }
        $this->quantities[$sku] = $quantity;
    }

    public function persist(): void
    {
        setcookie(self::COOKIE, base64_encode(serialize($this->quantities)), [
            'expires' => time() + self::LIFETIME,
            'path' => '/',
            'secure' => true,
            'httponly' => true,
            'samesite' => 'Lax',
        ]);
    }
}
