'use strict';

const express = require('express');

const store = require('./store');
const { requireUser } = require('../auth');

const router = express.Router();

function isObject(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function applyPatch(target, patch) {
  for (const key of Object.keys(patch)) {
    if (isObject(patch[key])) {
      if (!isObject(target[key])) {
        target[key] = {};
      }
      applyPatch(target[key], patch[key]);
    } else {
      target[key] = patch[key];
    }
  }
  return target;
}

router.patch('/preferences', requireUser, async (req, res, next) => {
  try {
    const current = await store.load(req.user.id);
    const updated = applyPatch(current, req.body);
    await store.save(req.user.id, updated);
    res.json(updated);
  } catch (error) {
    next(error);
  }
});

module.exports = router;
