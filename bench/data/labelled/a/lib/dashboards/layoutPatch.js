'use strict';

const express = require('express');

const store = require('./store');
const { requireUser } = require('../auth');

const router = express.Router();

const SECTIONS = ['header', 'sidebar', 'grid'];
const FIELDS = ['columns', 'visible', 'density'];

function patchSection(section, patch) {
  const updated = { ...section };
  for (const field of FIELDS) {
    if (Object.hasOwn(patch, field)) {
      updated[field] = patch[field];
    }
  }
  return updated;
}

function patchLayout(layout, patch) {
  const updated = { ...layout };
  for (const section of SECTIONS) {
    const change = Object.hasOwn(patch, section) ? patch[section] : null;
    if (typeof change === 'object' && change !== null) {
      updated[section] = patchSection(layout[section], change);
    }
  }
  return updated;
}

router.patch('/layout', requireUser, async (req, res, next) => {
  try {
    const current = await store.load(req.user.id);
    const updated = patchLayout(current, req.body ?? {});
    await store.save(req.user.id, updated);
    res.json(updated);
  } catch (error) {
    next(error);
  }
});

module.exports = router;
