namespace RegistryServer;

/// <summary>What the command line asks for.</summary>
internal sealed record Settings
{
    public required string Urls { get; init; }

    public required string Data { get; init; }

    public string? Htpasswd { get; init; }

    public bool Tokens { get; init; }

    public bool AnonymousPull { get; init; }

    public Uri? Proxy { get; init; }

    public bool ReadOnly { get; init; }

    public bool NoDelete { get; init; }

    public TimeSpan? CollectEvery { get; init; }

    public bool CollectUntagged { get; init; }

    public bool Verbose { get; init; }

    public string? Certificate { get; init; }

    public string? Key { get; init; }
}
