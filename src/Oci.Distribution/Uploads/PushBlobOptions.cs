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
}
