import { type Kysely, sql } from 'kysely'

/**
 * Ours: a duty is of the municipality in which the citizen lives on the day it is due, or on which it is settled, if that comes
 * first (docs/decisions/0016). Whoever opens, moves, settles or reopens duties leaves it to this.
 */
export const dutiesByDay = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create function obligations_belong_to_a_day() returns trigger language plpgsql as $$
    begin
      new.residence_municipality := portal_municipality_on(new.order_id,
        least(new.due_on, (coalesce(new.met_at, new.waived_at) at time zone 'Europe/Copenhagen')::date));
      return new;
    end $$;
    create trigger belong_to_a_day before insert or update of due_on, met_at, waived_at, residence_municipality on obligations
      for each row execute function obligations_belong_to_a_day();
  `.execute(db)
}
