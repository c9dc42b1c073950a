using Microsoft.Extensions.Logging;
using Oci.Distribution.Authentication;

namespace Oci.Distribution;

/// <summary>How a <see cref="RegistryClient"/> works. Read once, when the client is made.</summary>
public sealed class RegistryClientOptions
{
    /// <summary>Who gives user names, passwords and tokens. Default none: anonymous.</summary>
    public ICredentialSource? Credentials { get; set; }

    /// <summary>For <see cref="RegistryClient.For"/>: true to use http. Default false: http is then used for loopback addresses only.</summary>
    public bool PlainHttp { get; set; }

    /// <summary>Hosts (<c>HOST</c> or <c>HOST:PORT</c>) that are trusted beside the registry: their token service is
    /// given the registry's credentials over https, and redirects to them may lead to private addresses. Default empty.</summary>
    public IList<string> TrustedHosts { get; } = [];

    /// <summary>True to follow redirects from https to http. Default false: they are refused.</summary>
    public bool AllowHttpRedirects { get; set; }

    /// <summary>How often a request is tried again after 408, 429, 5xx or a broken connection. Default 4; 0 for never.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Set below 0 or above 20.</exception>
    public int MaxRetries
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 20);
            field = value;
        }
    } = 4;

    /// <summary>The wait before the first retry; it doubles each time, with jitter. Default half a second.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Set to zero or less, or above an hour.</exception>
    public TimeSpan RetryDelay { get; set => field = CheckTime(value); } = TimeSpan.FromMilliseconds(500);

    /// <summary>The longest wait before a retry. Where a registry's <c>Retry-After</c> asks for more, the call fails at once and tells so. Default 30 seconds.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Set to zero or less, or above an hour.</exception>
    public TimeSpan MaxRetryDelay { get; set => field = CheckTime(value); } = TimeSpan.FromSeconds(30);

    /// <summary>The longest wait for the head of an answer to a request whose body is not streamed. Default 100 seconds.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Set to zero or less, or above an hour.</exception>
    public TimeSpan ResponseTimeout { get; set => field = CheckTime(value); } = TimeSpan.FromSeconds(100);

    /// <summary>The longest wait for the next bytes of a body, read or written. Default 60 seconds.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Set to zero or less, or above an hour.</exception>
    public TimeSpan IdleTimeout { get; set => field = CheckTime(value); } = TimeSpan.FromSeconds(60);

    /// <summary>The largest manifest that is read, in bytes. Default 4 MiB, which the spec asks registries to take.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Set to zero or less, or above 64 MiB.</exception>
    public int MaxManifestSize
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 64 * 1024 * 1024);
            field = value;
        }
    } = 4 * 1024 * 1024;

    /// <summary>The bytes a PATCH of a chunked upload holds, which is also its memory. Default 8 MiB; ECR takes none under 5 MiB.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Set below 64 KiB or above 1 GiB.</exception>
    public int ChunkSize
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 64 * 1024);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 1024 * 1024 * 1024);
            field = value;
        }
    } = 8 * 1024 * 1024;

    /// <summary>The most connections to one host at once. Default none. A blob that is open holds one.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Set to zero or less.</exception>
    public int MaxConnectionsPerHost
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
            field = value;
        }
    } = int.MaxValue;

    /// <summary>The <c>User-Agent</c> that is sent. Default names this library.</summary>
    /// <exception cref="ArgumentException">Set to null, to nothing, or to what no header can hold.</exception>
    public string UserAgent
    {
        get;
        set
        {
            ArgumentException.ThrowIfNullOrWhiteSpace(value);
            if (value.AsSpan().ContainsAnyExceptInRange(' ', '~'))
            {
                throw new ArgumentException("A User-Agent is printable ASCII.", nameof(value));
            }
            field = value;
        }
    } = "oci-sdk-dotnet";

    /// <summary>Called for each warning that a registry sends, once for each text. It must be quick and must not throw. Default none.</summary>
    public Action<RegistryWarning>? OnWarning { get; set; }

    /// <summary>Changes the connection settings: proxy, certificates, client certificates. Called once for the registry and once for other hosts. Default none.</summary>
    public Action<SocketsHttpHandler>? ConfigureHandler { get; set; }

    /// <summary>Where log messages go. They hold no secrets. Default nowhere.</summary>
    public ILoggerFactory? LoggerFactory { get; set; }

    /// <summary>The clock. Default the system's.</summary>
    /// <exception cref="ArgumentNullException">Set to null.</exception>
    public TimeProvider TimeProvider { get; set => field = value ?? throw new ArgumentNullException(nameof(value)); } = TimeProvider.System;

    private static TimeSpan CheckTime(TimeSpan value)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, TimeSpan.FromHours(1));
        return value;
    }
}
