import fs from 'node:fs/promises';
import path from 'node:path';
import { randomUUID } from 'node:crypto';

const MAX_DRAFT_BYTES = 64 * 1024;

export class DraftTooLarge extends Error {
  constructor(size) {
    super(`draft has ${size} bytes, ${MAX_DRAFT_BYTES} are allowed`);
    this.name = 'DraftTooLarge';
  }
}

export class DraftStore {
  constructor(folder) {
    this.folder = folder;
  }

  #file(memberId) {
    if (!Number.isSafeInteger(memberId)) {
      throw new TypeError('member id must be an integer');
    }
    return path.join(this.folder, `${memberId}.json`);
  }

  async load(memberId) {
    try {
      return JSON.parse(await fs.readFile(this.#file(memberId), 'utf8'));
    } catch (error) {
      if (error.code === 'ENOENT') {
        return null;
      }
      throw error;
    }
  }

  async save(memberId, draft) {
    const content = JSON.stringify(draft);
    const size = Buffer.byteLength(content);
    if (size > MAX_DRAFT_BYTES) {
      throw new DraftTooLarge(size);
    }
    const temporary = `${this.#file(memberId)}.${randomUUID()}`;
    await fs.writeFile(temporary, content, { mode: 0o600 });
    await fs.rename(temporary, this.#file(memberId));
  }

  async remove(memberId) {
    await fs.rm(this.#file(memberId), { force: true });
  }
}
