namespace Oci.Distribution.Uploads;

/// <summary>How a blob is pushed.</summary>
public sealed class PushBlobOptions
{
    /// <summary>A repository of the same registry that has the blob, to mount it from. Default none.</summary>
    /// <exception cref="FormatException">Set to no name by distribution-spec.</exception>
    public string? MountFrom
    {
        get;
        set
        {
            if (value is not null)
            {
                ReferenceGrammar.CheckName(value);
            }
            field = value;
        }
    }

    /// <summary>True to send chunks of <see cref="RegistryClientOptions.ChunkSize"/>, for registries behind proxies that limit the size of a request. Default false: one request for all.</summary>
    public bool Chunked { get; set; }

    /// <summary>True to push without asking first whether the blob is there. Default false.</summary>
    public bool SkipExistsCheck { get; set; }

    /// <summary>True to send a blob of up to 256 KiB with the opening request, where the registry takes that (distribution-spec, "Single POST"). Default false, since some do not, and the bytes are then sent twice.</summary>
    public bool SingleRequest { get; set; }

    /// <summary>The address of an upload session that an earlier push left behind, in this process or another: sending goes on where the registry is. Default none.</summary>
    /// <remarks>Where the registry has forgotten it, a new one is opened. Comes from <see cref="SessionMoved"/>.</remarks>
    public Uri? ResumeAt { get; set; }

    /// <summary>Told each address of the upload session, to keep for <see cref="ResumeAt"/>; only the last is good. An address may hold a secret. It must be quick and must not throw. Default none.</summary>
    public Action<Uri>? SessionMoved { get; set; }

    /// <summary>True to leave the session open where the push fails or is cancelled, so that it can be resumed later. Default false: the registry is told to drop it.</summary>
    public bool KeepSession { get; set; }
}
