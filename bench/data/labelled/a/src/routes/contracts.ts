import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Knex } from "knex";

interface ContractQuery {
  q?: string;
  sort?: string;
}

const SORTABLE = new Map([
  ["number", "contracts.number"],
  ["ends", "contracts.ends_on"],
  ["customer", "customers.name"],
]);

function escapeLike(term: string): string {
  return term.replace(/[\\%_]/g, (character) => `\\${character}`);
}

export async function contractRoutes(app: FastifyInstance, { db }: { db: Knex }) {
  app.get("/contracts", async (request: FastifyRequest<{ Querystring: ContractQuery }>, reply) => {
    const pattern = `%${escapeLike(request.query.q ?? "")}%`;
    const column = SORTABLE.get(request.query.sort ?? "number");
    if (column === undefined) {
      return reply.code(400).send({ error: "unknown sort column" });
    }

    const { rows } = await db.raw(
      `SELECT contracts.id, contracts.number, contracts.ends_on, customers.name
         FROM contracts JOIN customers ON customers.id = contracts.customer_id
        WHERE customers.name ILIKE ? ORDER BY ?? LIMIT 50`,
      [pattern, column],
    );
    return reply.send({ items: rows });
  });
}
