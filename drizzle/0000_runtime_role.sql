-- The role that every transaction runs under: it owns nothing, cannot log in and cannot pass row-level security.
-- Roles belong to the cluster, so another database of it may have made this one already, or be making it now.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'tessera_runtime') THEN
    CREATE ROLE tessera_runtime NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOINHERIT;
  END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
  NULL;
END
$$;--> statement-breakpoint
DO $$
BEGIN
  EXECUTE format('GRANT tessera_runtime TO %I', current_user);
EXCEPTION WHEN insufficient_privilege OR unique_violation THEN
  NULL;
END
$$;--> statement-breakpoint
-- What every transaction does, so that a missing right stops the start and not a request.
DO $$
DECLARE
  own text := current_setting('role');
BEGIN
  PERFORM set_config('role', 'tessera_runtime', true);
  PERFORM set_config('role', own, true);
EXCEPTION WHEN insufficient_privilege THEN
  RAISE EXCEPTION 'the user % may not use the role tessera_runtime, which another user of this server made; as a superuser: GRANT tessera_runtime TO %',
    current_user, quote_ident(current_user);
END
$$;--> statement-breakpoint
GRANT USAGE ON SCHEMA public TO tessera_runtime;
