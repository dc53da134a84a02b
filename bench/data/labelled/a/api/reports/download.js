import fs from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import express from 'express';

import { requireMember } from '../middleware/membership.js';

const ROOT = path.resolve(process.env.REPORT_DIR ?? '/var/lib/helpdesk/reports');

export const reports = express.Router();

function locate(tenantId, name) {
  const folder = path.join(ROOT, String(tenantId));
  const file = path.resolve(folder, name);
  return file.startsWith(folder + path.sep) ? file : null;
}

reports.get('/reports', requireMember, async (req, res, next) => {
  const file = locate(req.member.tenantId, String(req.query.name ?? ''));
  if (file === null) {
    res.status(400).json({ error: 'malformed report name' });
    return;
  }

  let handle;
  try {
    handle = await fs.promises.open(file, 'r');
  } catch (error) {
    if (error.code === 'ENOENT') {
      res.status(404).end();
      return;
    }
    next(error);
    return;
  }
  try {
    res.attachment(path.basename(file));
    await pipeline(handle.createReadStream(), res);
  } catch (error) {
    next(error);
  }
});
