namespace Oci.Distribution.AspNetCore.Blobs;

/// <summary>What a <c>Range</c> header comes to.</summary>
internal enum ByteRangeResult
{
    /// <summary>The whole blob, with 200.</summary>
    Whole,

    /// <summary>One part of it, with 206.</summary>
    Part,

    /// <summary>416.</summary>
    NotSatisfiable,
}
