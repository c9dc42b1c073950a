namespace Oci.Distribution.AspNetCore.Proxying;

/// <summary>The upstream did not give what was asked for, whichever way its source says so.</summary>
internal sealed class UpstreamException(Exception innerException) : Exception(innerException.Message, innerException);
