import type { Knex } from 'knex';

/**
 * What the case engine goes by: the programmes' rules under revisions that never change, what it remembers of a case beside
 * where it stands, when the next thing falls due, and all that happened, for the timeline.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table programme_rules (
      organization text collate "C" not null references organization (id),
      revision int4 not null check (revision > 0),
      rules text not null,
      created_at timestamptz not null default now(),
      primary key (organization, revision)
    );
    grant select on programme_rules to consilium_app;

    alter table cases
      add column rules int4 not null default 0,
      add column state text not null default '{}',
      add column timer_at timestamptz;
    create index cases_timer on cases (timer_at) where timer_at is not null;
    grant update (state, timer_at) on cases to consilium_app;
    -- The jobs see to timers of all cases.
    create policy case_timer_read on cases for select to consilium_worker using (timer_at is not null);

    -- In the order in which it happened: whoever writes to a case holds it, so positions of one case follow each other.
    create table case_event (
      case_id uuid not null,
      position int8 generated always as identity,
      placer text collate "C" not null,
      programme text collate "C" not null,
      at timestamptz not null,
      kind text not null,
      ref text collate "C" not null,
      -- Who did it: an organisation and its person; the server itself acts as the programme, without a person.
      organization text collate "C" not null,
      person text,
      event text not null,
      primary key (case_id, position),
      foreign key (case_id, placer, programme) references cases (id, placer, programme)
    );
    alter table case_event enable row level security;
    alter table case_event force row level security;
    create policy case_event_party on case_event using ((select caller_org()) in (placer, programme))
      with check ((select caller_org()) in (placer, programme));
    grant select, insert on case_event to consilium_app;

    -- One job a case, put in place of the one before, in the transaction that moved the case. Requests may do this, and
    -- nothing else with jobs. Where the server has not run yet there is no place for jobs: what is overdue is swept up later.
    create function set_case_timer(id uuid, run_at timestamptz) returns void
      language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
    begin
      if to_regclass('graphile_worker._private_jobs') is null then return; end if;
      if run_at is null then
        perform graphile_worker.remove_job('case-timer ' || id);
      else
        perform graphile_worker.add_job('case-timer', (
          select json_build_object('case', c.id, 'programme', c.programme, 'task', c.task)
          from public.cases c where c.id = set_case_timer.id), job_key := 'case-timer ' || id, run_at := run_at,
          max_attempts := 25, job_key_mode := 'replace');
      end if;
    end $$;
    revoke all on function set_case_timer(uuid, timestamptz) from public;
    grant execute on function set_case_timer(uuid, timestamptz) to consilium_app;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop function set_case_timer(uuid, timestamptz);
    drop policy case_timer_read on cases;
    drop table case_event, programme_rules;
    alter table cases drop column timer_at, drop column state, drop column rules;
  `);
}
