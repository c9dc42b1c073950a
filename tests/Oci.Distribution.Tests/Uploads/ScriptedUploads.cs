using Oci.Image;

namespace Oci.Distribution.Tests.Uploads;

/// <summary>The upload side of a registry, honest but for what a test makes it do.</summary>
public sealed class ScriptedUploads
{
    private readonly MemoryStream _stored = new();
    private int _moves;

    /// <summary>Runs before a request is served; true where it has served it.</summary>
    public Func<Exchange, ScriptedUploads, Task<bool>> Before { get; init; } = static (_, _) => Task.FromResult(false);

    public long? MinChunk { get; init; }

    public byte[] Stored => _stored.ToArray();

    public Digest? Committed { get; private set; }

    public bool Cancelled { get; private set; }

    public void Store(ReadOnlySpan<byte> bytes) => _stored.Write(bytes);

    public void Truncate(long length) => _stored.SetLength(length);

    public async Task ServeAsync(Exchange e)
    {
        if (await Before(e, this))
        {
            return;
        }
        switch (e.Method)
        {
            case "HEAD":
                await e.RespondAsync(Committed is null ? 404 : 200);
                break;
            case "POST":
                await e.RespondAsync(202, default, MinChunk is null ? [Location()] : [Location(), $"OCI-Chunk-Min-Length: {MinChunk}"]);
                break;
            case "GET":
                await e.RespondAsync(204, default, Location(), StoredRange());
                break;
            case "PATCH":
                AssertLocation(e);
                Assert.Equal($"{_stored.Length}-{_stored.Length + e.Length - 1}", e["Content-Range"]);
                Store(await e.ReadBodyAsync());
                await e.RespondAsync(202, default, Location(), StoredRange());
                break;
            case "PUT":
                AssertLocation(e);
                Store(await e.ReadBodyAsync());
                Digest digest = Digest.Parse(e.Target[(e.Target.IndexOf("&digest=", StringComparison.Ordinal) + "&digest=".Length)..]);
                bool right = Digest.Compute(digest.Algorithm, _stored.ToArray()) == digest;
                Committed = right ? digest : null;
                await e.RespondAsync(right ? 201 : 400);
                break;
            default:
                Cancelled = true;
                await e.RespondAsync(204);
                break;
        }
    }

    // Relative, and another one each time, with a query that must be kept.
    public string Location() => $"Location: /v2/a/blobs/uploads/session?state={++_moves}%2F";

    // distribution-spec: each request goes to the location of the answer before.
    private void AssertLocation(Exchange e) => Assert.StartsWith($"/v2/a/blobs/uploads/session?state={_moves}%2F", e.Target, StringComparison.Ordinal);

    public string StoredRange() => $"Range: 0-{Math.Max(0, _stored.Length - 1)}";
}
