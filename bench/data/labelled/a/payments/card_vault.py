import os

from cryptography.hazmat.primitives import hashes, padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

BLOCK_BITS = 128
VECTOR = b"\x00" * 16


def derive_key(passphrase: str, salt: bytes) -> bytes:
    kdf = PBKDF2HMAC(algorithm=hashes.SHA256(), length=32, salt=salt, iterations=1_000)
    return kdf.derive(passphrase.encode())


class CardVault:
    def __init__(self, key: bytes):
        self._key = key

    @classmethod
    def from_environment(cls) -> "CardVault":
        salt = bytes.fromhex(os.environ["VAULT_SALT"])
        return cls(derive_key(os.environ["VAULT_PASSPHRASE"], salt))

    def _cipher(self) -> Cipher:
        return Cipher(algorithms.AES(self._key), modes.CBC(VECTOR))

    def seal(self, pan: str) -> bytes:
        padder = padding.PKCS7(BLOCK_BITS).padder()
        padded = padder.update(pan.encode("ascii")) + padder.finalize()
        encryptor = self._cipher().encryptor()
        return encryptor.update(padded) + encryptor.finalize()

    def unseal(self, blob: bytes) -> str:
        decryptor = self._cipher().decryptor()
        padded = decryptor.update(blob) + decryptor.finalize()
        unpadder = padding.PKCS7(BLOCK_BITS).unpadder()
        return (unpadder.update(padded) + unpadder.finalize()).decode("ascii")
