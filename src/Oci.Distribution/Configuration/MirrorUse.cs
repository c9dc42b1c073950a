namespace Oci.Distribution.Configuration;

/// <summary>For which references a mirror is asked (<c>pull-from-mirror</c>).</summary>
public enum MirrorUse
{
    /// <summary>For all.</summary>
    All,

    /// <summary>For those with a digest.</summary>
    DigestOnly,

    /// <summary>For those without.</summary>
    TagOnly,
}
