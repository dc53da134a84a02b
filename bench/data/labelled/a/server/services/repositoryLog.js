'use strict';

const { execFile } = require('node:child_process');
const { promisify } = require('node:util');
const Router = require('@koa/router');

const { findRepository } = require('./repositories');

const run = promisify(execFile);
const router = new Router();

const REF = /^[A-Za-z0-9][A-Za-z0-9._/]{0,99}$/;
const SEPARATOR = '\x1f';

function parseLine(line) {
  const [hash, author, date, subject] = line.split(SEPARATOR);
  return { hash, author, date, subject };
}

async function readLog(folder, ref) {
  const format = ['%H', '%an', '%aI', '%s'].join('%x1f');
  const { stdout } = await run(
    'git',
    ['-C', folder, 'log', '--max-count=50', `--format=${format}`, '--end-of-options', ref, '--'],
    { timeout: 10000, maxBuffer: 4 * 1024 * 1024 },
  );
  return stdout.split('\n').filter(Boolean).map(parseLine);
}

router.get('/repositories/:id/log', async (ctx) => {
  const ref = String(ctx.query.ref || 'main');
  if (!REF.test(ref)) {
    ctx.throw(400, 'malformed ref');
  }
  const repository = await findRepository(ctx.state.user, ctx.params.id);
  if (!repository) {
    ctx.throw(404);
  }
  ctx.body = await readLog(repository.folder, ref);
});

module.exports = router;
