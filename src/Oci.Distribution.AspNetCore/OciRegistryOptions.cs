using System.Security.Claims;
using Oci.Distribution.AspNetCore.GarbageCollection;
using Oci.Image;

namespace Oci.Distribution.AspNetCore;

/// <summary>How the registry of <c>AddOciRegistry</c> stores and what it permits. Read once, at start.</summary>
public sealed class OciRegistryOptions
{
    /// <summary>
    /// The folder that holds all content; made where it is not there. It must be on one file system, and belongs to
    /// one registry process at a time. Required, unless <see cref="InMemory"/> is set.
    /// </summary>
    public string? RootDirectory { get; set; }

    /// <summary>True to keep all content in memory, for tests and short-lived registries. False by default.</summary>
    public bool InMemory { get; set; }

    /// <summary>True to refuse every push and delete with 405. False by default.</summary>
    public bool ReadOnly { get; set; }

    /// <summary>False to refuse deletes of manifests, tags and blobs with 405. True by default.</summary>
    public bool AllowDelete { get; set; } = true;

    /// <summary>True to take image manifests whose config or layers are not in the repository (sparse images). False by default.</summary>
    public bool AllowSparseImages { get; set; }

    /// <summary>True to take indexes whose manifests are not in the repository (sparse indexes). False by default.</summary>
    public bool AllowSparseIndexes { get; set; }

    /// <summary>The most bytes of a manifest. 4 MiB by default, which distribution-spec has registries take at the least.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Set to less than 1, or to more than the 16 MiB that are parsed.</exception>
    public int MaxManifestSize
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 16 * 1024 * 1024);
            field = value;
        }
    } = 4 * 1024 * 1024;

    /// <summary>The most bytes of a blob. 64 GiB by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Set to less than 1.</exception>
    public long MaxBlobSize
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    } = 64L * 1024 * 1024 * 1024;

    /// <summary>
    /// The most upload sessions that are open at a time; more are refused with 429, unless one that got no bytes for ten
    /// minutes can make way. 10 000 by default.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Set to less than 1.</exception>
    public int MaxUploadSessions
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    } = 10_000;

    /// <summary>How long an upload session may lie untouched before it and its bytes are removed. One day by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Set to less than one second, or to more than 3650 days.</exception>
    public TimeSpan UploadExpiration
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.FromSeconds(1));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, TimeSpan.FromDays(3650));
            field = value;
        }
    } = TimeSpan.FromDays(1);

    /// <summary>
    /// The bytes a second that an upload must hold on average once <see cref="UploadGracePeriod"/> is over; else the
    /// request ends with 408 and the session stays for a resume. 240 by default; 0 for no limit. HTTP/1.1 only.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Set to a negative value or none that is finite.</exception>
    public double MinUploadRate
    {
        get;
        set
        {
            if (!double.IsFinite(value) || value < 0)
            {
                throw new ArgumentOutOfRangeException(nameof(value), value, "The rate must be 0 or more bytes a second.");
            }
            field = value;
        }
    } = 240;

    /// <summary>How long an upload may be slower than <see cref="MinUploadRate"/>. Two minutes by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Set to less than two seconds: Kestrel looks once a second.</exception>
    public TimeSpan UploadGracePeriod
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.FromSeconds(2));
            field = value;
        }
    } = TimeSpan.FromMinutes(2);

    /// <summary>The most entries of one page of tags, repositories or referrers, also where a client asks for more. 1000 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Set to less than 1.</exception>
    public int MaxPageSize
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    } = 1000;

    /// <summary>
    /// How long from one garbage collection to the next, the first one after that time. <see langword="null"/>, the default, for
    /// none but those of <see cref="RegistryGarbageCollector.CollectAsync"/>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Set to less than one second, or to more than the 49 days that a timer holds.</exception>
    public TimeSpan? GarbageCollectionInterval
    {
        get;
        set
        {
            if (value is { } interval)
            {
                ArgumentOutOfRangeException.ThrowIfLessThan(interval, TimeSpan.FromSeconds(1), nameof(value));
                ArgumentOutOfRangeException.ThrowIfGreaterThan(interval, TimeSpan.FromDays(49), nameof(value));
            }
            field = value;
        }
    }

    /// <summary>What a garbage collection removes, in the background and where <see cref="RegistryGarbageCollector.CollectAsync"/> is not told otherwise.</summary>
    public RegistryCollectOptions GarbageCollection { get; } = new();

    /// <summary>
    /// The name of an ASP.NET Core authorization policy that is asked on every request, with a <see cref="RegistryResource"/>
    /// as its resource. <see langword="null"/>, the default, permits everything that the endpoint's own conventions permit.
    /// </summary>
    /// <remarks>Where everybody may do everything, for want of a policy, of <see cref="Authorize"/> and of a login, a blob may also be mounted without saying from where.</remarks>
    public string? AuthorizationPolicy { get; set; }

    /// <summary>
    /// Says who may do what, where a policy would be too much: asked on every request about the user, who may be anonymous,
    /// and the repository and action. <see langword="null"/> by default. Not together with <see cref="AuthorizationPolicy"/>.
    /// </summary>
    /// <remarks>
    /// It is not asked about <see cref="RegistryAction.Connect"/>: that is permitted to all who are logged in, and others are
    /// told to, since clients log in there or not at all. With <c>AddOciTokens</c> it is asked when a token is issued.
    /// </remarks>
    public Func<ClaimsPrincipal, RegistryResource, bool>? Authorize { get; set; }

    /// <summary>
    /// Makes the registry a pull-through cache: gives the source that a repository's content is fetched from when it is first
    /// asked for, such as a repository of a registry client; <see langword="null"/> for a repository that is not to be had.
    /// Called on each such request, with a name in the grammar of distribution-spec. Not set by default.
    /// </summary>
    /// <remarks>
    /// Pushes and deletes are answered 405 then. A tag is asked for again once it is older than <see cref="UpstreamFreshness"/>;
    /// where the upstream does not answer, what is cached is served with a <c>Warning</c> header. What the source logs in with
    /// serves all users of the registry. The source is not disposed.
    /// </remarks>
    public Func<string, IContentSource?>? Upstream { get; set; }

    /// <summary>For how long the upstream is not asked again what a tag stands for. One minute by default; zero to ask each time.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Set to less than zero.</exception>
    public TimeSpan UpstreamFreshness
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero);
            field = value;
        }
    } = TimeSpan.FromMinutes(1);

    /// <summary>The most blobs that are fetched from the upstream at a time; requests for more are answered 429. 100 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Set to less than 1.</exception>
    public int MaxUpstreamDownloads
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    } = 100;
}
