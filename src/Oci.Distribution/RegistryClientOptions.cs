using Microsoft.Extensions.Logging;
using Oci.Distribution.Authentication;
using Oci.Distribution.Configuration;
using Oci.Distribution.Http;

namespace Oci.Distribution;

/// <summary>How a <see cref="RegistryClient"/> works. Read once, when the client is made.</summary>
public sealed class RegistryClientOptions
{
    /// <summary>Who gives user names, passwords and tokens. Default none: anonymous.</summary>
    public ICredentialSource? Credentials { get; set; }

    /// <summary>Authorities that are trusted beside the machine's, and what the client shows of itself where the registry asks. Default none.</summary>
    /// <remarks>Hosts that the registry redirects to are checked with the same authorities, and are shown nothing.</remarks>
    public RegistryCertificates? Certificates { get; set; }

    /// <summary>True to take, of the registry alone, certificates that nobody vouches for; and, where its address is http, https and http as it likes. Default false.</summary>
    /// <remarks>Who stands between may then read and change all that is not checked by digest, and learn the credentials. <c>insecure = true</c> of registries.conf.</remarks>
    public bool Insecure { get; set; }

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

    /// <summary>The longest wait for the head of an answer to a request whose body is not streamed, beside a second for each 16 KiB of that body. Default 100 seconds.</summary>
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

    /// <summary>The most requests to one host whose answer is awaited at once; the others wait, first come, first served. Default none.</summary>
    /// <remarks>
    /// The body of an answer does not count, so a blob that is open takes no place; nor does an upload that streams. <see cref="MaxConnectionsPerHost"/> bounds those.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">Set to zero or less.</exception>
    public int MaxConcurrentRequests
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
            field = value;
        }
    } = int.MaxValue;

    /// <summary>The most requests a second to one host, of which a second's worth may come at once; the others wait, first come, first served. Default <see langword="null"/>: no limit.</summary>
    /// <remarks>Whatever is set, a host that answers 429 or 503 with <c>Retry-After</c> is left in peace by all of the client's requests for so long.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">Set below 0.001 or above a million.</exception>
    public double? MaxRequestsPerSecond
    {
        get;
        set
        {
            if (value is double rate && !(rate is >= 0.001 and <= 1_000_000))
            {
                throw new ArgumentOutOfRangeException(nameof(value), value, "The rate is from 0.001 to a million a second.");
            }
            field = value;
        }
    }

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

    /// <summary>What requests to the registry go through, in the place of connections of the client's own, such as handlers of an app around
    /// those of <see cref="CreateHandler"/>. Not disposed by the client. Default none.</summary>
    /// <remarks>It must neither follow redirects, nor keep cookies, nor decompress, nor answer challenges: a client refuses one that does. Other hosts have
    /// connections of the client's own in any case, which refuse private addresses.</remarks>
    public HttpMessageHandler? Handler { get; set; }

    /// <summary>Where log messages go. They hold no secrets. Default nowhere.</summary>
    public ILoggerFactory? LoggerFactory { get; set; }

    /// <summary>The clock. Default the system's.</summary>
    /// <exception cref="ArgumentNullException">Set to null.</exception>
    public TimeProvider TimeProvider { get; set => field = value ?? throw new ArgumentNullException(nameof(value)); } = TimeProvider.System;

    /// <summary>Makes the connections that a client with these options would use for its registry.</summary>
    /// <returns>A handler that the caller disposes.</returns>
    public SocketsHttpHandler CreateHandler() => ConnectionFactory.CreateOwn(this);

    /// <summary>The same settings, to be changed by themselves.</summary>
    internal RegistryClientOptions Copy() => (RegistryClientOptions)MemberwiseClone();

    private static TimeSpan CheckTime(TimeSpan value)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, TimeSpan.FromHours(1));
        return value;
    }
}
