from __future__ import annotations

import sys
from pathlib import Path

import pytest

from coderasst_hook.analyzers.secrets import SecretsAnalyzer
from coderasst_hook.models import Confidence, Finding, Location, Severity
from tests.analyzers.sources import source


def found(path: str, text: str) -> list[Finding]:
    return list(SecretsAnalyzer().analyze([source(path, text)]).findings)


# Written in parts, so that this file holds no credential itself.
AWS = "AKIA" + "QWERTYUIOPASDFGH"
GITHUB = "ghp_" + "a8Kd92LmPq37XzYt5RwVbN1cJ4hF6gS0eU2i"
PEM = (
    "-----BEGIN RSA " + "PRIVATE KEY-----\n"
    "MIIEowIBAAKCAQEAu1SU1LfVLPHCozMxH2Mo4lgOEePzNm0tRgeLezV6ffAt0gun\n"
    "-----END RSA " + "PRIVATE KEY-----"
)

CREDENTIALS = [
    ("a.py", 'password = "hunter2"'),
    ("a.py", 'DB_PASS = "Sup3rS3cret!"'),
    ("a.py", 'connect(host="x", password="correcthorse")'),
    ("a.py", 'if password == "letmein":'),
    ("a.py", 'os.environ.get("DB_PASSWORD", "s3cretdefault1")'),
    ("a.py", 'jwt_secret = "my-jwt-s1gning-k3y"'),
    ("a.py", 'SECRET_KEY = "django-insecure-8f$k2@l1"'),
    ("a.py", f"# {AWS}"),
    ("a.py", f'TOKEN = "{GITHUB}"'),
    ("a.py", 'auth = {"password": "xK9#mP2$vL"}'),
    ("a.js", 'const apiKey = "9f8d7c6b5a4e3d2c1b0a";'),
    ("a.js", "secret: 'keyboard cat',"),
    ("a.js", "headers: { Authorization: 'Basic dXNlcjpwYXNzd29yZDEyMw==' }"),
    ("a.ts", 'const token: string = "b1946ac92492d2347c6235b4d2611184";'),
    ("a.go", 'password := "mySuperPw1"'),
    ("a.go", 'Password: "g0lang-pw",'),
    ("a.java", 'private static final String PASSWORD = "qwerty123";'),
    ("a.java", 'config.setPassword("Welcome1");'),
    ("a.java", 'if (password.equals("t0psecret")) {'),
    ("a.cs", 'var c = "Server=db;User Id=sa;Password=Pa55w0rdX;";'),
    ("a.php", "$db_password = 'admin2024!';"),
    ("a.rb", 'password: "p4ssw0rd!"'),
    ("a.kt", 'val dbPassword = "Kotl1nPass"'),
    ("a.rs", 'let api_key = "AbC123xYz789QwE456";'),
    ("a.c", 'char *password = "c0mpl3x";'),
    ("a.swift", 'let apiSecret = "8d7f6a5s4d3f2g1h"'),
    ("a.sql", "CREATE USER x IDENTIFIED BY 'oracle99x'"),
    ("a.yml", "db_password: s3cr3tPass"),
    ("a.yml", '  password: "tr0ub4dor&3"'),
    ("a.yml", "  - name: DB_PASSWORD\n    value: k8sPassw0rd1"),
    ("a.json", '"password": "xK9#mP2$vL"'),
    ("a.xml", "<password>t0psecret9</password>"),
    ("a.xml", '<add key="Password" value="t0psecret9"/>'),
    ("a.ini", "password = Winter2019"),
    ("a.properties", "spring.datasource.password=Spr1ngPw"),
    (".env", "DATABASE_URL=postgres://admin:pr0dPass99@db.host/app"),
    (".env", "API_TOKEN=a8f5f167f44f4964e6c998dee827110c"),
    ("Dockerfile", "ENV MYSQL_ROOT_PASSWORD rootpw99"),
    ("Dockerfile", "ENV MYSQL_ROOT_PASSWORD=rootpw99"),
    ("main.tf", '  password = "Terraform123!"'),
    ("a.sh", "mysql -u root -pS3cret99 db"),
    ("a.sh", "curl -u admin:hunter22 https://x"),
    ("a.sh", "tool --password hunter22 run"),
    ("a.sh", "export AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMIK7MDENGbPxRfiCYzzKEYKEYKEY1"),
    ("a.py", 'key = "' + "0123456789abcdef" * 2 + '-us12"'),
]

NO_CREDENTIALS = [
    ("http.py", '_TOKEN = r"[!#$%&\'*+^_`|~0-9A-Za-z-]+"'),
    ("lexer.js", "const TOKEN_START = '(?:0x[0-9a-f]{4}|\\\\d+)';"),
    ("a.py", 'password = "changeme"'),
    ("a.py", 'password = os.environ["PASSWORD"]'),
    ("a.py", 'password = ""'),
    ("a.py", 'password = "<your-password>"'),
    ("a.py", "password = getpass()"),
    ("a.py", 'KEYWORDS = {"pass": "statement"}'),
    ("a.py", 'parser.add_argument("--password", help="password to use")'),
    ("a.py", 'RATES = {"change_password": "5/m/user", "reset_password": "20/m/ip,5/m/key"}'),
    ("a.py", 'pairs = [("password", "password1"), ("password*", "password1*")]'),
    ("a.py", 'key = "_oauthlib_request_validator_context"'),
    ("a.go", 'u.User = url.UserPassword("nightly", password)'),
    ("a.sh", "pg_dump --no-password host.corp.internal"),
    ("a.sh", "mysql --password --host=db.corp.internal"),
    ("a.py", 'token = "identifier"'),
    ("a.py", "dependencies = [('authtoken', '0002_auto_20160226_1747')]"),
    ("a.go", 'const ERRCODE_INVALID_PASSWORD = "28P01"'),
    ("a.go", 'digestedPassword := "md5" + hexMD5(salt)'),
    ("a.py", 'raise ValueError("invalid password: too short")'),
    ("a.py", 'PASSWORD_HASH = "$2b$12$abcdefghijklmnopqrstuv"'),
    ("a.py", 'commit = "da39a3ee5e6b4b0d3255bfef95601890afd80709"'),
    ("a.py", 'uuid = "550e8400-e29b-41d4-a716-446655440000"'),
    ("a.py", 'token_url = "https://x.y/z"'),
    ("a.py", 'SECRET_NAME = "prod/db1/password"'),
    ("a.py", 'public_key = "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A"'),
    ("a.py", 'next_token = "abc123def456"'),
    ("a.py", 'cache_key = "user:123:profile7"'),
    ("a.py", f'AWS = "{AWS[:-7]}EXAMPLE"'),
    ("a.py", 'url = "https://user:password@example.com"'),
    ("a.py", 'url = "https://jo:a%20secret@shop.net"'),
    ("a.py", 'SCOPE_KEY = "starlette._body_limit_responder"'),
    ("a.py", 'password = b"\\xff\\x00\\x01"'),
    ("a.py", 'password="guest77@somewhere.net"'),
    ("a.py", 'PWD_REPLY = "257.1"'),
    ("a.py", 'self.require_setting("cookie_secret", "secure cookies")'),
    ("a.py", 'return {"password": password}'),
    ("a.py", "tokens = ['abc1']"),
    ("a.py", "Token(type='NAME', value='abc1')"),
    ("a.py", 'AUTH_KEY = "auth_key"'),
    ("a.py", "BEGIN = '-----BEGIN PRIVATE " + "KEY-----'"),
    ("a.js", "const token = req.headers.token"),
    ("a.js", 'passwordField = "password"'),
    ("a.js", 'if (token === "EOF")'),
    ("a.js", 'password: "********"'),
    ("a.ts", "password: string;"),
    ("a.go", 'Token: "token"'),
    ("a.go", 'M map[int64]string `protobuf_key:"varint,1,opt,name=key,proto3"`'),
    ("a.js", "Buffer.from(password, 'base64')"),
    ("a.py", 'if key == "a1b2c3d4e5f6":'),
    ("a.java", 'String password = request.getParameter("password");'),
    ("a.php", "'password' => 'required|min:8'"),
    ("a.json", '"integrity": "sha512-z3KqabcDEFq0123456789abcdef=="'),
    ("a.json", '"password": "Password"'),
    ("a.json", '"password": "Enter your password"'),
    ("locales/de.json", '"password": "kennwort1"'),
    ("a.html", '<input type="password" name="password" id="login-password">'),
    ("a.yml", "password: ${DB_PASSWORD}"),
    ("a.yml", "token: ${{ secrets.GITHUB_TOKEN }}"),
    ("a.yml", "key: build-cache-v1"),
    ("a.sh", "PASSWORD=$(cat f)"),
    ("a.sh", "password=$1"),
    ("a.tf", "password = var.db_password"),
    ("a.css", ".password { color: red1 }"),
]


@pytest.mark.parametrize(("path", "text"), CREDENTIALS)
def test_credentials(path: str, text: str) -> None:
    assert found(path, text), text


@pytest.mark.parametrize(("path", "text"), NO_CREDENTIALS)
def test_no_credentials(path: str, text: str) -> None:
    assert [(f.rule_id, f.message) for f in found(path, text)] == []


def test_a_finding_in_full_hides_the_secret() -> None:
    (f,) = found("app.py", 'x = 1\n    password = "hunter2"  # mine\n')
    assert f.rule_id == "secrets/password"
    assert f.location == Location("app.py", 2, 2)
    assert f.message == "Hard-coded password in `password`"
    assert f.cwe == "CWE-798"
    assert f.severity is Severity.HIGH
    assert "hunter2" not in repr(f)
    assert f.evidence.startswith('password = "')


@pytest.mark.parametrize(("path", "text"), CREDENTIALS)
def test_no_evidence_shows_a_secret(path: str, text: str) -> None:
    for f in found(path, text):
        line = text.split("\n")[f.location.line - 1].strip()
        assert f.evidence != line
        assert "masked" in f.evidence


def test_a_token_of_known_format_is_told_once_and_critical() -> None:
    (f,) = found("app.py", f'GITHUB_TOKEN = "{GITHUB}"')
    assert f.rule_id == "secrets/known-token"
    assert f.severity is Severity.CRITICAL
    assert f.confidence is Confidence.HIGH
    assert f.message == "GitHub token in the source"


def test_a_private_key_is_one_finding_over_its_lines() -> None:
    (f,) = found("app.py", f'KEY = """\n{PEM}\n"""\n')
    assert f.rule_id == "secrets/private-key"
    assert f.location == Location("app.py", 2, 4)
    assert f.severity is Severity.CRITICAL
    assert found("app.py", PEM.replace("MIIEow", "EXAMPLE")) == []


def test_only_changed_lines() -> None:
    text = 'password = "hunter2"\npassword = "hunter3"'
    analysis = SecretsAnalyzer().analyze([source("a.py", text, changed=[2])])
    assert [f.location.line for f in analysis.findings] == [2]


@pytest.mark.parametrize(
    ("path", "severity"),
    [
        ("tests/test_a.py", Severity.LOW),
        ("config.example.yml", Severity.LOW),
        ("README.md", Severity.LOW),
        ("app.py", Severity.HIGH),
    ],
)
def test_where_a_password_weighs_less(path: str, severity: Severity) -> None:
    (f,) = found(path, 'password: "hunter2"')
    assert f.severity is severity


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ('"""Connect:\n\n    open("db://scott:t1ger77x@ms.internal/x")\n"""\n', Severity.LOW),
        (
            'def f():\n    """Connect.\n\n    url = "db://scott:t1ger77x@ms.net/x"\n    """\n',
            Severity.LOW,
        ),
        ('url = "db://scott:t1ger77x@ms.internal/x"\n', Severity.HIGH),
        ('QUERY = """\n    db://scott:t1ger77x@ms.internal/x\n"""\n', Severity.HIGH),
    ],
)
def test_what_a_docstring_shows_weighs_less(text: str, severity: Severity) -> None:
    (finding,) = found("a.py", text)
    assert finding.severity is severity


SAMPLE = '"access_token": "AQ7Nnd2hIT6z9bHF"'


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        (f"/**\n * {{\n *   {SAMPLE}\n * }}\n */\n", Severity.MEDIUM),
        (f"/*\n  {{\n    {SAMPLE}\n  }}\n*/\n", Severity.MEDIUM),
        (f"const glob = 'src/*';\nconst a = {{ {SAMPLE} }};\n", Severity.HIGH),
        (f"const a = 1;\n * {SAMPLE}\n", Severity.HIGH),  # no comment begins above
        (f"const a = {{ {SAMPLE} }};\n", Severity.HIGH),
    ],
)
def test_what_a_block_comment_shows_weighs_less(text: str, severity: Severity) -> None:
    (finding,) = found("a.js", text)
    assert finding.severity is severity


def test_code_between_two_strings_is_no_credential() -> None:
    assert found("a.go", 'log("number of key: "+string(confStateKey12)+" of nodes")\n') == []


def test_a_long_line_is_searched_in_part_and_said() -> None:
    analysis = SecretsAnalyzer().analyze([source("a.js", "x" * 5000 + ' password = "hunter2"')])
    assert analysis.findings == ()
    assert "first 2000 characters" in analysis.skipped[0].reason
    assert analysis.skipped[0].lines == (1, 1)


@pytest.mark.parametrize(
    "line",
    ["password=" * 200, '"' * 1990, "token:" + "A" * 1900, "pass" * 480, "password\t" * 200],
)
def test_hostile_lines(line: str) -> None:
    found("a.yml", f"{line}\n{line}\udcff")


def test_nothing_is_imported_from_detect_secrets_without_need(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in [one for one in sys.modules if one.startswith("detect_secrets")]:
        monkeypatch.delitem(sys.modules, name)
    found("a.py", 'password = "hunter2"\nx = compute(1)\n')
    assert not any(name.startswith("detect_secrets") for name in sys.modules)
