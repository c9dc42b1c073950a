using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;

namespace Oci.Distribution.AspNetCore.Routing;

internal static class RequestBodyExtensions
{
    /// <summary>Reads a request's body, with an error of the request's for what is the request's fault.</summary>
    /// <exception cref="BadHttpRequestException">The body is not framed as its headers say.</exception>
    public static async ValueTask<ReadResult> ReadBodyAsync(this PipeReader body, int minimumSize, CancellationToken cancellationToken)
    {
        try
        {
            return await body.ReadAtLeastAsync(minimumSize, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException e) when (e is not BadHttpRequestException and not ConnectionResetException)
        {
            // Kestrel's answer to the size of a chunk that no long holds. A disk that fails is told by an IOException too, and is no fault of the client's.
            throw new BadHttpRequestException("The body is not framed as HTTP/1.1 has it.", StatusCodes.Status400BadRequest, e);
        }
    }
}
