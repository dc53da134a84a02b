import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Knex } from "knex";

interface SupplierQuery {
  term?: string;
  country?: string;
}

interface SupplierRow {
  id: number;
  name: string;
  country: string;
}

const LIMIT = 25;

function matchClause(term: string): string {
  const words = term.trim().split(/\s+/);
  return words.map((word) => `name ILIKE '%${word}%'`).join(" AND ");
}

export async function supplierRoutes(app: FastifyInstance, { db }: { db: Knex }) {
  app.get("/suppliers", async (request: FastifyRequest<{ Querystring: SupplierQuery }>, reply) => {
    const { term, country } = request.query;
    if (!term) {
      return reply.code(400).send({ error: "term is required" });
    }

    const query = db<SupplierRow>("suppliers").select("id", "name", "country").limit(LIMIT);
    query.whereRaw(matchClause(term));
    if (country) {
      query.andWhere({ country });
    }
    return reply.send({ items: await query });
  });
}
