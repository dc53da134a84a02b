import cors from "cors";
import express, { type Express } from "express";
import session, { type Store } from "express-session";

const HOUR = 60 * 60 * 1000;

function required(name: string): string {
  const value = process.env[name];
  if (!value) {
    throw new Error(`${name} is not set`);
  }
  return value;
}

function allowedOrigins(): Set<string> {
  return new Set(required("ALLOWED_ORIGINS").split(",").map((origin) => origin.trim()));
}

export function installSecurity(app: Express, store: Store): void {
  const origins = allowedOrigins();

  app.disable("x-powered-by");
  app.set("trust proxy", 1);
  app.use(
    cors({
      origin: (origin, done) => done(null, origin !== undefined && origins.has(origin)),
      credentials: true,
    }),
  );
  app.use(express.json({ limit: "100kb" }));
  app.use(
    session({
      name: "__Host-desk",
      store,
      secret: required("SESSION_SECRET"),
      resave: false,
      saveUninitialized: false,
      cookie: { httpOnly: true, secure: true, sameSite: "strict", path: "/", maxAge: 8 * HOUR },
    }),
  );
}
