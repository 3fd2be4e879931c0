import pytest

from kgen.redaction import Redactor, is_flag, is_sensitive


@pytest.mark.parametrize(
    "name",
    ["password", "POSTGRES_PASSWORD", "dbPassword", "api-key", "AWS_SECRET_ACCESS_KEY", "clientSecret", "FERNET_KEY",
     "token", "githubToken", "credentials", "pwd", "AWS_ACCESS_KEY_ID"],
)  # fmt: skip
def test_a_name_that_says_secret(name: str) -> None:
    assert is_sensitive(name)


@pytest.mark.parametrize(
    "name",
    [
        "secretName",
        "passwordFile",
        "tokenUrl",
        "key",
        "name",
        "author",
        "",
        3,
        None,
        "bypass",
        "compass",
        "authorizationUrl",
    ],
)
def test_a_name_that_says_no_secret(name: object) -> None:
    assert not is_sensitive(name)


def test_flags() -> None:
    assert is_flag("--password")
    assert is_flag("-token")
    assert not is_flag("--password-file")
    assert not is_flag("password")


PEM = "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("postgresql://user:pw@host:5432/db", "postgresql://user:‹secret 1›@host:5432/db"),
        ("postgresql://user:p/w@host/db", "postgresql://user:‹secret 1›@host/db"),
        ("redis://:pw@host", "redis://:‹secret 1›@host"),
        ("http://host:8080/path?mail=a@b", "http://host:8080/path?mail=a@b"),
        ("https://0123456789abcdef0123@github.com/x", "https://‹secret 1›@github.com/x"),
        ("https://user@host", "https://user@host"),
        (f"key: |\n{PEM}\nnext", "key: |\n‹secret 1›\nnext"),
        ("-----BEGIN RSA PRIVATE KEY-----\nMIIE", "‹secret 1›"),
        ("--password=hunter2 --user=x", "--password=‹secret 1› --user=x"),
        ("DB_PASSWORD: hunter2", "DB_PASSWORD: ‹secret 1›"),
        ('{"api_key": "abc", "b": 1}', '{"api_key": "‹secret 1›", "b": 1}'),
        ("password=$(PASSWORD)", "password=$(PASSWORD)"),
        ('{"credentials": {"key": 1}}', '{"credentials": {"key": 1}}'),
        ("pg://u:$PASSWORD@h/d pg://u:${P}@h pg://u:$(P)@h", "pg://u:$PASSWORD@h/d pg://u:${P}@h pg://u:$(P)@h"),
        ("pg://u:$a-b@h", "pg://u:‹secret 1›@h"),
        ('{"auths": {"r": {"auth": "dXNlcjpwYXNz"}}}', '{"auths": {"r": {"auth": "‹secret 1›"}}}'),
        ("//registry/:_auth=dXNlcjpwYXNz", "//registry/:_auth=‹secret 1›"),
        ("auth: kubernetes, auth: basicauth, auth: dXNlcjpw", "auth: kubernetes, auth: basicauth, auth: ‹secret 1›"),
        ("token: ${TOKEN}", "token: ${TOKEN}"),
        ("token: {{ token }}", "token: {{ token }}"),
        ("the token is in the Secret db", "the token is in the Secret db"),
        ("ghp_0123456789abcdef0123456789", "‹secret 1›"),
        ("eyJhbGciOiJI.eyJzdWIiOiIx.SflKxwRJSM", "‹secret 1›"),
        ("secretName: db", "secretName: db"),
        ("a: known-value", "a: ‹secret 1›"),
        ("postgresql://u:known-value@h", "postgresql://u:‹secret 1›@h"),
        ("short", "short"),
        ("password=a,b user=c", "password=‹secret 1› user=c"),
        ("password=a,user=c", "password=‹secret 1›,user=c"),
        (r'{"password": "a\"b", "c": 1}', '{"password": "‹secret 1›", "c": 1}'),
        (r'{\"password\": \"ab\", \"c\": 1}', r'{\"password\": \"‹secret 1›\", \"c\": 1}'),
        ("Authorization: Bearer abcdefg123", "Authorization: Bearer ‹secret 1›"),
        ("curl -u me:pw http://h", "curl -u me:‹secret 1› http://h"),
        ("curl --user 'me:pw' http://h", "curl --user 'me:‹secret 1›' http://h"),
        ("mysqladmin -uroot -ppw ping", "mysqladmin -uroot -p‹secret 1› ping"),
        ("redis-cli -a pw ping", "redis-cli -a ‹secret 1› ping"),
        # no-ops
        ("docker run -u 1000:1000", "docker run -u 1000:1000"),
        ("basic authentication", "basic authentication"),
        ("mysql -h db -P 3306", "mysql -h db -P 3306"),
        ("redis-cli -a $REDIS_PASSWORD", "redis-cli -a $REDIS_PASSWORD"),
        ("curl -u $USER:$PASSWORD http://h", "curl -u $USER:$PASSWORD http://h"),
    ],
)  # fmt: skip
def test_what_a_text_shows(text: str, shown: str) -> None:
    assert Redactor(["known-value", "short"]).text(text) == shown


def test_equal_secrets_have_equal_tokens() -> None:
    redactor = Redactor()
    assert [redactor.token(secret) for secret in ("a", "b", "a")] == ["‹secret 1›", "‹secret 2›", "‹secret 1›"]


def test_long_texts_take_linear_time() -> None:
    assert Redactor(["x" * 20]).text("a" * 1_000_000) == "a" * 1_000_000
    for word in ("mysql ", "redis-cli ", "-u a ", "login a ", "Basic ", "password=,a", "password=\\"):
        Redactor().text(word * 100_000)


def test_messages_keep_their_words() -> None:
    redactor = Redactor()
    assert redactor.credentials("password: must be text") == "password: must be text"
    assert redactor.credentials("cannot read https://me:pw@host/a") == "cannot read https://me:‹secret 1›@host/a"
