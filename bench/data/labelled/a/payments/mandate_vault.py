import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

NONCE_BYTES = 12


class MandateUnreadable(Exception):
    pass


def derive_key(passphrase: str, salt: bytes) -> bytes:
    return Scrypt(salt=salt, length=32, n=2**17, r=8, p=1).derive(passphrase.encode())


class MandateVault:
    def __init__(self, key: bytes):
        self._aead = AESGCM(key)

    @classmethod
    def from_environment(cls) -> "MandateVault":
        salt = bytes.fromhex(os.environ["MANDATE_SALT"])
        return cls(derive_key(os.environ["MANDATE_PASSPHRASE"], salt))

    def seal(self, mandate_id: str, iban: str) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._aead.encrypt(nonce, iban.encode("ascii"), mandate_id.encode())

    def unseal(self, mandate_id: str, blob: bytes) -> str:
        nonce, ciphertext = blob[:NONCE_BYTES], blob[NONCE_BYTES:]
        try:
            return self._aead.decrypt(nonce, ciphertext, mandate_id.encode()).decode("ascii")
        except InvalidTag as error:
            raise MandateUnreadable(mandate_id) from error
