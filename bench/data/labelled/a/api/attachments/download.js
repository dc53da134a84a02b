import fs from 'node:fs';
import path from 'node:path';
import express from 'express';

import { requireMember } from '../middleware/membership.js';
import { logger } from '../logger.js';

const STORAGE = process.env.ATTACHMENT_DIR ?? '/var/lib/helpdesk/attachments';

export const attachments = express.Router();

function locate(ticketId, fileName) {
  return path.join(STORAGE, String(ticketId), fileName);
}

attachments.get('/tickets/:ticketId(\\d+)/file', requireMember, (req, res, next) => {
  const name = String(req.query.name ?? '');
  if (!name) {
    res.status(400).json({ error: 'name is required' });
    return;
  }

  const file = locate(req.params.ticketId, name);
  const stream = fs.createReadStream(file);
  stream.on('error', (error) => {
    if (error.code === 'ENOENT') {
      res.status(404).end();
    } else {
      logger.error({ err: error }, 'attachment could not be read');
      next(error);
    }
  });
  res.attachment(path.basename(name));
  stream.pipe(res);
});
