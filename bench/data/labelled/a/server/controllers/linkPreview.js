'use strict';

const Router = require('@koa/router');
const cheerio = require('cheerio');
const axios = require('axios');

const router = new Router({ prefix: '/links' });

function pickMeta($, name) {
  return (
    $(`meta[property="og:${name}"]`).attr('content') ||
    $(`meta[name="${name}"]`).attr('content') ||
    null
  );
}

async function loadPage(address) {
  const response = await axios({
    method: 'get',
    url: address,
    timeout: 5000,
    maxContentLength: 512 * 1024,
    responseType: 'text',
  });
  return response.data;
}

router.post('/preview', async (ctx) => {
  const { address } = ctx.request.body;
  if (!address) {
    ctx.throw(400, 'address is required');
  }

  let html;
  try {
    html = await loadPage(address);
  } catch (error) {
    ctx.log.warn({ err: error }, 'preview failed');
    ctx.throw(502, 'page could not be loaded');
  }
  const $ = cheerio.load(html);
  ctx.body = {
    title: pickMeta($, 'title') || $('title').text(),
    description: pickMeta($, 'description'),
    image: pickMeta($, 'image'),
  };
});

module.exports = router;
