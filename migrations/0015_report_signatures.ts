import type { Knex } from 'knex';

/**
 * What reports are signed with, and which documents were. Requests may read certificates, never keys: these are opened by
 * the jobs alone. Nothing here is of a patient.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table signing_key (
      kid text collate "C" primary key,
      -- Whose it is; null: the root of this gateway, which signs the certificates of the others.
      organization text collate "C" references organization (id),
      -- X.509 in PEM; it stays for ever, so that what it signed can be verified.
      certificate text not null,
      -- The private key under MASTER_KEY; gone once it signs no more.
      sealed text,
      not_after timestamptz not null,
      created_at timestamptz not null default now(),
      retired_at timestamptz,
      -- From when on somebody else may have had it.
      compromised_at timestamptz,
      check ((retired_at is null) = (sealed is not null)),
      check (compromised_at is null or retired_at is not null)
    );
    -- One signs at a time: of two processes that make one at once, one has its key taken.
    create unique index signing_key_current on signing_key (coalesce(organization, '')) where retired_at is null;
    create index signing_key_organization on signing_key (organization, created_at);

    create table signed_document (
      -- Bundle.identifier
      id uuid primary key,
      programme text collate "C" not null references organization (id),
      -- DiagnosticReport/x
      report text collate "C" not null,
      -- BCP 47
      language text not null,
      -- SHA-256 in hexadecimal: of the letter, of what the document says.
      pdf_sha256 text collate "C" not null check (pdf_sha256 ~ '^[0-9a-f]{64}$'),
      digest text collate "C" not null check (digest ~ '^[0-9a-f]{64}$'),
      kid text collate "C" not null references signing_key (kid),
      issued_at timestamptz not null,
      status text not null default 'current' check (status in ('current', 'superseded', 'withdrawn'))
    );
    create index signed_document_report on signed_document (report, programme);
    create index signed_document_pdf on signed_document (pdf_sha256);

    grant select (kid, organization, certificate, not_after, created_at, retired_at, compromised_at)
      on signing_key to consilium_app;
    grant select, insert, update (status) on signed_document to consilium_app;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table signed_document, signing_key');
}
