using Oci.Image;

namespace Oci.Distribution.Copying;

/// <summary>How far a copy is. Reports come from several threads, in an order that is that of the work.</summary>
/// <param name="Descriptor">The manifest or blob that the report is about.</param>
/// <param name="Step">How far it is.</param>
/// <param name="Bytes">How many bytes of it were read; it may fall back where a connection broke.</param>
/// <param name="DoneBytes">The bytes of all that is done or on its way, those skipped and mounted included.</param>
/// <param name="TotalBytes">The bytes of all that the copy is about, those to be skipped and mounted included.</param>
public readonly record struct CopyProgress(Descriptor Descriptor, CopyStep Step, long Bytes, long DoneBytes, long TotalBytes);
