using System.Text;

namespace Oci.Distribution.Tests.Hostile;

/// <summary>What a peer can do wrong, whatever it is asked.</summary>
internal static class HostileScripts
{
    private const string Manifest = "application/vnd.oci.image.manifest.v1+json";

    public static IReadOnlyDictionary<string, Func<Exchange, Task>> All { get; } = Join(Lengths(), Heads(), Bodies(), Statuses(), Addresses(), Tokens());

    private static Dictionary<string, Func<Exchange, Task>> Lengths() => new()
    {
        ["length: more than comes"] = e => CloseAfterAsync(e, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{}"),
        ["length: less than comes"] = e => CloseAfterAsync(e, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}{}{}"),
        ["length: none"] = e => CloseAfterAsync(e, "HTTP/1.1 200 OK\r\n\r\n{}"),
        ["length: negative"] = e => CloseAfterAsync(e, "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n{}"),
        ["length: no number"] = e => CloseAfterAsync(e, "HTTP/1.1 200 OK\r\nContent-Length: two\r\n\r\n{}"),
        ["length: two of them"] = e => CloseAfterAsync(e, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 4\r\n\r\n{}{}"),
        ["length: beyond all bounds"] = e => CloseAfterAsync(e, "HTTP/1.1 200 OK\r\nContent-Length: 9223372036854775807\r\n\r\n{}"),
        ["length: a broken chunk"] = e => CloseAfterAsync(e, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}"),
        ["length: a chunk beyond all bounds"] = e => CloseAfterAsync(e, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffff\r\n{}"),
        ["length: chunks without end"] = e => FloodAsync(e, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", $"10000\r\n{new string(' ', 65536)}\r\n"),
        ["length: errors without end"] = e => FloodAsync(e, "HTTP/1.1 400 No\r\nContent-Type: application/json\r\n\r\n", new string('[', 65536)),
    };

    private static Dictionary<string, Func<Exchange, Task>> Heads() => new()
    {
        ["head: closed at once"] = e => CloseAfterAsync(e, ""),
        ["head: closed in the status"] = e => CloseAfterAsync(e, "HTTP/1.1 20"),
        ["head: closed in a header"] = e => CloseAfterAsync(e, "HTTP/1.1 200 OK\r\nContent-Le"),
        ["head: reset in a header"] = e => CloseAfterAsync(e, "HTTP/1.1 200 OK\r\nContent-Le", reset: true),
        ["head: no HTTP"] = e => CloseAfterAsync(e, "220 mail.example ESMTP\r\n"),
        ["head: HTTP/1.0"] = e => CloseAfterAsync(e, "HTTP/1.0 200 OK\r\n\r\n{}"),
        ["head: HTTP/9.9"] = e => CloseAfterAsync(e, "HTTP/9.9 200 OK\r\n\r\n{}"),
        ["head: one giant header"] = e => CloseAfterAsync(e, $"HTTP/1.1 200 OK\r\nX: {new string('x', 1_000_000)}\r\n\r\n{{}}"),
        ["head: headers without end"] = e => FloodAsync(e, "HTTP/1.1 200 OK\r\n", string.Concat(Enumerable.Repeat("X-Y: z\r\n", 1000))),
        ["head: 1xx without end"] = e => FloodAsync(e, "", string.Concat(Enumerable.Repeat("HTTP/1.1 103 Early\r\nLink: <x>\r\n\r\n", 1000))),
        ["head: garbage after the answer"] = e => CloseAfterAsync(e, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhijack"),
        ["head: nonsense in every header"] = e => e.RespondAsync(200, "{}"u8.ToArray(), "Docker-Content-Digest: ../../x", "Content-Type: ;;;", "Location: \u0001", "Range: 9-1", "Link: >x<", "ETag: x", "OCI-Subject: y", "OCI-Tag: ,,", "Retry-After: never", "Warning: 299", "OCI-Chunk-Min-Length: -1"),
    };

    private static Dictionary<string, Func<Exchange, Task>> Bodies() => new()
    {
        ["body: empty"] = e => e.RespondAsync(200),
        ["body: null"] = e => e.RespondAsync(200, "null"u8.ToArray()),
        ["body: a page for people"] = e => e.RespondAsync(200, "<html>Sign in to the network</html>"u8.ToArray(), "Content-Type: text/html"),
        ["body: said to be gzip"] = e => e.RespondAsync(200, new byte[] { 0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0 }, "Content-Encoding: gzip", $"Content-Type: {Manifest}"),
        ["body: nested beyond reason"] = e => e.RespondAsync(200, Encoding.ASCII.GetBytes(new string('[', 100_000)), $"Content-Type: {Manifest}"),
        ["body: members twice"] = e => e.RespondAsync(200, """{"tags":["a"],"tags":["b"],"manifests":[],"manifests":[],"schemaVersion":2,"schemaVersion":3}"""u8.ToArray()),
        ["body: of other types"] = e => e.RespondAsync(200, """{"tags":{"a":1},"repositories":5,"manifests":"x","token":7,"schemaVersion":"2"}"""u8.ToArray()),
        ["body: no UTF-8"] = e => e.RespondAsync(200, new byte[] { 0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d }),
        ["body: reset in the middle"] = e => CloseAfterAsync(e, "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n{\"tags\":", reset: true),
        ["body: of another digest"] = e => e.RespondAsync(200, "evil"u8.ToArray(), "Docker-Content-Digest: sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"),
    };

    private static Dictionary<string, Func<Exchange, Task>> Statuses() =>
        new int[] { 100, 201, 202, 204, 206, 300, 304, 400, 401, 403, 404, 405, 407, 408, 409, 411, 412, 413, 416, 417, 418, 421, 429, 431, 451, 500, 501, 502, 503, 504, 505, 511, 599, 999 }
            .ToDictionary(status => $"status: {status} to everything", status => (Func<Exchange, Task>)(e => e.RespondAsync(status)))
            .Concat(new Dictionary<string, Func<Exchange, Task>>
            {
                ["status: 429 with a wait"] = e => e.RespondAsync(429, default, "Retry-After: 5"),
                ["status: 503 until a day that is gone"] = e => e.RespondAsync(503, default, "Retry-After: Wed, 21 Oct 2015 07:28:00 GMT"),
                ["status: 503 until a day that is far"] = e => e.RespondAsync(503, default, "Retry-After: Wed, 21 Oct 2099 07:28:00 GMT"),
                ["status: 429 with a wait beyond all bounds"] = e => e.RespondAsync(429, default, "Retry-After: 99999999999999"),
                ["status: 206 of another place"] = e => e.RespondAsync(206, new byte[100], "Content-Range: bytes 900-999/1000"),
                ["status: 202 without a place"] = e => e.RespondAsync(e.Method == "HEAD" ? 404 : 202),
            })
            .ToDictionary();

    private static Dictionary<string, Func<Exchange, Task>> Addresses() =>
        new string[]
        {
            "file:///etc/passwd", "ftp://127.0.0.1/x", "javascript:alert(1)", "http://user:password@127.0.0.1/x", "http://169.254.169.254/latest/meta-data", "http://10.255.255.1/x",
            "http://[fe80::1]/x", "http://[::ffff:10.0.0.1]/x", "http://192.168.0.1:65535/", "//10.0.0.1/x", "/", "", "?", "#", "../../../../x", "\\\\server\\share", "http://", "http:///x", "http://127.0.0.1:99999/x", "gopher:x",
        }
        .SelectMany(address => new (string, Func<Exchange, Task>)[]
        {
            ($"redirect: {address}", e => e.RespondAsync(307, default, $"Location: {address}")),
            ($"see other: {address}", e => e.RespondAsync(303, default, $"Location: {address}")),
            ($"session: {address}", e => e.RespondAsync(e.Method switch { "HEAD" => 404, "POST" or "PATCH" => 202, "DELETE" => 404, _ => 500 }, default, $"Location: {address}", "Range: 0-0")),
            ($"link: {address}", e => e.RespondAsync(200, """{"tags":["a"],"repositories":["a"],"schemaVersion":2,"manifests":[]}"""u8.ToArray(), $"Link: <{address}>; rel=\"next\"")),
        })
        .Append(("redirect: ever further", e => e.RespondAsync(302, default, $"Location: {e.Target}/x")))
        .ToDictionary(pair => pair.Item1, pair => pair.Item2);

    private static Dictionary<string, Func<Exchange, Task>> Tokens() =>
        new Dictionary<string, string>
        {
            ["empty"] = """{"token":""}""",
            ["null"] = """{"token":null}""",
            ["of a megabyte"] = $$"""{"token":"{{new string('t', 1_000_000)}}"}""",
            ["with a line break"] = """{"token":"a\r\nX-Evil: 1"}""",
            ["expired"] = """{"token":"t","expires_in":-5}""",
            ["that never expires"] = """{"token":"t","expires_in":1e300}""",
            ["without a number"] = """{"token":"t","expires_in":"soon"}""",
            ["that is no JSON"] = "token=t",
        }
        .Select(pair => ($"token: {pair.Key}", (Func<Exchange, Task>)(e => e.Path == "/token" ? e.RespondAsync(200, Encoding.UTF8.GetBytes(pair.Value)) : ChallengeAsync(e, $"Bearer realm=\"http://{e["Host"]}/token\""))))
        .Concat(new string[]
        {
            "Bearer", "Bearer realm=\"\"", "Bearer realm=\"file:///etc/passwd\"", "Bearer realm=\"http://169.254.169.254/token\"", "Bearer realm=\"http://user@127.0.0.1/\"", "Basic", "Negotiate abc", "Bearer realm=\"http://127.0.0.1:1/\"", ",,,", "Basic realm=\"x\", Basic realm=\"x\"",
        }.Select(challenge => ($"challenge: {challenge}", (Func<Exchange, Task>)(e => ChallengeAsync(e, challenge)))))
        .ToDictionary(pair => pair.Item1, pair => pair.Item2);

    private static Task ChallengeAsync(Exchange e, string challenge) => e.RespondAsync(401, default, $"WWW-Authenticate: {challenge}");

    private static async Task CloseAfterAsync(Exchange e, string text, bool reset = false)
    {
        await e.DrainBodyAsync();
        await e.SendAsync(Encoding.Latin1.GetBytes(text));
        e.Close(reset);
    }

    private static async Task FloodAsync(Exchange e, string head, string forever)
    {
        await e.DrainBodyAsync();
        await e.SendAsync(Encoding.Latin1.GetBytes(head));
        byte[] more = Encoding.Latin1.GetBytes(forever);
        while (true)
        {
            await e.SendAsync(more);
        }
    }

    private static Dictionary<string, Func<Exchange, Task>> Join(params Dictionary<string, Func<Exchange, Task>>[] parts) => parts.SelectMany(part => part).ToDictionary();
}
