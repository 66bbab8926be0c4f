-- Tenants, users and tokens. A row is visible in a transaction of its own tenant alone, for the owner too.

CREATE TABLE auth.tenant (
  tenant_id text PRIMARY KEY CHECK (tenant_id ~ '^[a-z][a-z0-9-]{0,62}$'),
  tier text NOT NULL CHECK (tier IN ('standard', 'gold')),
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE auth.app_user (
  tenant_id text NOT NULL REFERENCES auth.tenant,
  user_id uuid NOT NULL DEFAULT uuidv7(),
  username text NOT NULL CHECK (username <> '' AND char_length(username) <= 128),
  roles text[] NOT NULL CHECK (
    cardinality(roles) >= 1
    AND roles <@ ARRAY[
      'participant', 'site-coordinator', 'investigator', 'monitor', 'data-manager', 'auditor', 'administrator', 'service'
    ]
  ),
  -- The pseudonymous subject code, never a name; staff have none.
  patient_id text NOT NULL DEFAULT '' CHECK ((patient_id <> '') = ('participant' = ANY (roles))),
  study_id text NOT NULL DEFAULT '',
  site_id text NOT NULL DEFAULT '',
  -- Argon2id in PHC form, which holds its own salt and parameters.
  password_hash text NOT NULL CHECK (password_hash LIKE '$argon2id$%'),
  active boolean NOT NULL DEFAULT true,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, user_id),
  UNIQUE (tenant_id, username)
);
CREATE UNIQUE INDEX app_user_patient ON auth.app_user (tenant_id, patient_id) WHERE patient_id <> '';

CREATE TABLE auth.refresh_token (
  tenant_id text NOT NULL,
  token_id uuid NOT NULL DEFAULT uuidv7(),
  user_id uuid NOT NULL,
  -- The sign-in that it descends from.
  family_id uuid NOT NULL,
  -- SHA-256: the token itself is nowhere.
  token_hash bytea NOT NULL CHECK (octet_length(token_hash) = 32),
  issued_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  -- When it was exchanged, or its family ended; NULL while it is good for one exchange.
  ended_at timestamptz,
  PRIMARY KEY (tenant_id, token_id),
  UNIQUE (tenant_id, token_hash),
  FOREIGN KEY (tenant_id, user_id) REFERENCES auth.app_user ON DELETE CASCADE
);
CREATE INDEX refresh_token_user ON auth.refresh_token (tenant_id, user_id, expires_at);
CREATE INDEX refresh_token_family ON auth.refresh_token (tenant_id, family_id);

-- The platform's own key for signing access tokens, where none is configured. It belongs to no tenant.
CREATE TABLE auth.signing_key (
  key_id text PRIMARY KEY,
  private_jwk jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  -- A retired key signs no more, but what it signed stays valid until it expires.
  retired_at timestamptz
);
CREATE UNIQUE INDEX signing_key_current ON auth.signing_key ((true)) WHERE retired_at IS NULL;

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['tenant', 'app_user', 'refresh_token', 'signing_key'] LOOP
    EXECUTE format('ALTER TABLE auth.%I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('ALTER TABLE auth.%I FORCE ROW LEVEL SECURITY', name);
  END LOOP;
  FOREACH name IN ARRAY ARRAY['tenant', 'app_user', 'refresh_token'] LOOP
    EXECUTE format('CREATE POLICY tenant ON auth.%I USING (tenant_id = current_setting(''app.tenant'', true))', name);
  END LOOP;
END
$$;
CREATE POLICY service ON auth.signing_key TO epro_auth USING (true);

-- The service reads users, and changes none.
GRANT SELECT ON auth.app_user TO epro_auth;
GRANT SELECT, INSERT, DELETE, UPDATE (ended_at) ON auth.refresh_token TO epro_auth;
GRANT SELECT, INSERT (key_id, private_jwk) ON auth.signing_key TO epro_auth;

-- Who a token may stand for. With the rights, and so with the tenant, of whoever reads it.
CREATE VIEW auth.identity WITH (security_invoker = true) AS
SELECT tenant_id, user_id, username, roles, patient_id, study_id, site_id FROM auth.app_user WHERE active;
GRANT SELECT ON auth.identity TO epro_auth;

-- Each function below is one round trip: it sets the tenant of its transaction, then sees that tenant alone. They
-- have the rights of the caller, so that row-level security holds within them.

CREATE FUNCTION auth.find_user(p_tenant_id text, p_username text)
RETURNS TABLE (
  tenant_id text, user_id uuid, username text, roles text[], patient_id text, study_id text, site_id text,
  password_hash text
)
LANGUAGE plpgsql VOLATILE SECURITY INVOKER ROWS 1
AS $$
BEGIN
  PERFORM set_config('app.tenant', p_tenant_id, true);
  RETURN QUERY
    SELECT u.tenant_id, u.user_id, u.username, u.roles, u.patient_id, u.study_id, u.site_id, u.password_hash
    FROM auth.app_user u
    WHERE u.tenant_id = p_tenant_id AND u.username = p_username AND u.active;
END
$$;

CREATE FUNCTION auth.active_user(p_tenant_id text, p_user_id uuid)
RETURNS SETOF auth.identity
LANGUAGE plpgsql VOLATILE SECURITY INVOKER ROWS 1
AS $$
BEGIN
  PERFORM set_config('app.tenant', p_tenant_id, true);
  RETURN QUERY SELECT * FROM auth.identity i WHERE i.tenant_id = p_tenant_id AND i.user_id = p_user_id;
END
$$;

-- Begins a family, and clears away what the user has left of expired ones.
CREATE FUNCTION auth.issue_refresh_token(p_tenant_id text, p_user_id uuid, p_token_hash bytea, p_seconds integer)
RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY INVOKER
AS $$
DECLARE
  new_id uuid := uuidv7();
BEGIN
  PERFORM set_config('app.tenant', p_tenant_id, true);
  DELETE FROM auth.refresh_token t
    WHERE t.tenant_id = p_tenant_id AND t.user_id = p_user_id AND t.expires_at < now();
  INSERT INTO auth.refresh_token (tenant_id, token_id, user_id, family_id, token_hash, expires_at)
    VALUES (p_tenant_id, new_id, p_user_id, new_id, p_token_hash, now() + make_interval(secs => p_seconds));
END
$$;

-- Exchanges a token that is good for its successor, and says for whom; no row where it is not. One that was exchanged
-- before is in two hands, one of which is not the user's: its whole family ends (RFC 9700, section 4.14.2).
CREATE FUNCTION auth.rotate_refresh_token(p_tenant_id text, p_token_hash bytea, p_new_hash bytea, p_seconds integer)
RETURNS SETOF auth.identity
LANGUAGE plpgsql VOLATILE SECURITY INVOKER ROWS 1
AS $$
DECLARE
  old auth.refresh_token;
  holder auth.identity;
BEGIN
  PERFORM set_config('app.tenant', p_tenant_id, true);
  UPDATE auth.refresh_token t SET ended_at = now()
    WHERE t.tenant_id = p_tenant_id AND t.token_hash = p_token_hash AND t.ended_at IS NULL AND t.expires_at > now()
    RETURNING t.* INTO old;
  IF NOT FOUND THEN
    UPDATE auth.refresh_token t SET ended_at = now()
      FROM auth.refresh_token reused
      WHERE reused.tenant_id = p_tenant_id AND reused.token_hash = p_token_hash AND reused.ended_at IS NOT NULL
        AND t.tenant_id = p_tenant_id AND t.family_id = reused.family_id AND t.ended_at IS NULL;
    RETURN;
  END IF;
  SELECT * INTO holder FROM auth.identity i WHERE i.tenant_id = p_tenant_id AND i.user_id = old.user_id;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  INSERT INTO auth.refresh_token (tenant_id, user_id, family_id, token_hash, expires_at)
    VALUES (p_tenant_id, old.user_id, old.family_id, p_new_hash, now() + make_interval(secs => p_seconds));
  RETURN NEXT holder;
END
$$;

GRANT EXECUTE ON FUNCTION
  auth.find_user(text, text),
  auth.active_user(text, uuid),
  auth.issue_refresh_token(text, uuid, bytea, integer),
  auth.rotate_refresh_token(text, bytea, bytea, integer)
TO epro_auth;
