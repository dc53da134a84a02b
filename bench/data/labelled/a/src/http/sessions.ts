import RedisStore from "connect-redis";
import cors from "cors";
import express, { type Express } from "express";
import session from "express-session";
import { createClient } from "redis";

declare module "express-session" {
  interface SessionData {
    memberId: string;
    tenantId: string;
  }
}

const WEEK = 7 * 24 * 60 * 60 * 1000;

export async function installSessions(app: Express): Promise<void> {
  const client = createClient({ url: process.env.REDIS_URL });
  await client.connect();

  app.set("trust proxy", 1);
  app.use(express.json({ limit: "200kb" }));
  app.use(
    cors({
      origin: (origin, done) => done(null, origin),
      credentials: true,
    }),
  );
  app.use(
    session({
      name: "portal.sid",
      store: new RedisStore({ client, prefix: "portal:" }),
      secret: "wolkenkuckucksheim-1874-portal",
      resave: false,
      saveUninitialized: false,
      cookie: { httpOnly: true, secure: true, sameSite: "lax", maxAge: WEEK },
    }),
  );
}
