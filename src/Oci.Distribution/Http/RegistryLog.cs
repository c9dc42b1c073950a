using Microsoft.Extensions.Logging;

namespace Oci.Distribution.Http;

/// <summary>The log messages of this package. Addresses come without user and query; no header is ever logged.</summary>
internal static partial class RegistryLog
{
    [LoggerMessage(1, LogLevel.Debug, "{Method} {Uri} was answered {Status}")]
    public static partial void Answered(this ILogger logger, HttpMethod method, Uri uri, int status);

    [LoggerMessage(2, LogLevel.Information, "{Method} {Uri} failed ({Reason}); try {Attempt} follows in {Delay} s")]
    public static partial void Retrying(this ILogger logger, HttpMethod method, Uri uri, string reason, int attempt, double delay);

    [LoggerMessage(3, LogLevel.Warning, "The registry warns at {Uri}: {Warning}")]
    public static partial void Warned(this ILogger logger, Uri uri, string warning);

    [LoggerMessage(4, LogLevel.Debug, "Asking {Realm} for a token with {Scope}")]
    public static partial void AskingForToken(this ILogger logger, Uri realm, string scope);

    [LoggerMessage(5, LogLevel.Information, "Reading {Uri} resumes at byte {Offset}")]
    public static partial void ResumingRead(this ILogger logger, Uri uri, long offset);

    [LoggerMessage(6, LogLevel.Information, "The upload at {Uri} resumes at byte {Offset}")]
    public static partial void ResumingUpload(this ILogger logger, Uri uri, long offset);

    [LoggerMessage(7, LogLevel.Debug, "The upload session at {Uri} could not be cancelled: {Reason}")]
    public static partial void CancelFailed(this ILogger logger, Uri uri, string reason);

    [LoggerMessage(8, LogLevel.Information, "Reading {Uri} goes on over one connection, since a range of it could not be had ({Reason})")]
    public static partial void RangesGivenUp(this ILogger logger, Uri uri, string reason);

    [LoggerMessage(9, LogLevel.Debug, "{What} was read from {Place}")]
    public static partial void Served(this ILogger logger, string what, string place);

    [LoggerMessage(10, LogLevel.Warning, "{Place} failed, and the next place is asked: {Reason}")]
    public static partial void PlaceFailed(this ILogger logger, string place, string reason);

    [LoggerMessage(11, LogLevel.Information, "{Repository} is sent a blob, since a mount of it from {From} was refused with {Status}")]
    public static partial void MountRefused(this ILogger logger, string repository, string from, int status);
}
