import crypto from "node:crypto";

import express, { type Request, type Response, Router } from "express";

import { enqueue } from "../../queue";
import { logger } from "../../logger";

const TOLERANCE_SECONDS = 300;

function sign(secret: string, timestamp: string, body: Buffer): Buffer {
  return crypto.createHmac("sha256", secret).update(timestamp).update(".").update(body).digest();
}

function isAuthentic(secret: string, request: Request): boolean {
  const timestamp = request.header("x-signature-timestamp") ?? "";
  const presented = Buffer.from(request.header("x-signature") ?? "", "hex");
  const age = Math.abs(Date.now() / 1000 - Number(timestamp));
  if (!(age <= TOLERANCE_SECONDS)) {
    return false;
  }
  const expected = sign(secret, timestamp, request.body as Buffer);
  return presented.length === expected.length && crypto.timingSafeEqual(presented, expected);
}

export function webhookRouter(secret: string): Router {
  const router = Router();
  router.post(
    "/webhooks/payments",
    express.raw({ type: "application/json", limit: "256kb" }),
    async (request: Request, response: Response) => {
      if (!Buffer.isBuffer(request.body) || !isAuthentic(secret, request)) {
        response.status(401).end();
        return;
      }
      const deliveryId = crypto.randomUUID();
      try {
        await enqueue("payments", { deliveryId, body: request.body.toString("utf8") });
      } catch (error) {
        logger.error({ err: error, deliveryId }, "delivery could not be queued");
        response.status(503).end();
        return;
      }
      response.status(202).json({ deliveryId });
    },
  );
  return router;
}
