namespace Oci.Distribution.Uploads;

/// <summary>What a push of a blob came to.</summary>
public enum PushOutcome
{
    /// <summary>The bytes were sent.</summary>
    Pushed,

    /// <summary>The repository had the blob; nothing was sent.</summary>
    AlreadyThere,

    /// <summary>The registry took the blob from another of its repositories; nothing was sent.</summary>
    Mounted,
}
