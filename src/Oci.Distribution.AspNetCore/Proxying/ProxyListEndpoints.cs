using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Oci.Distribution.AspNetCore.Errors;
using Oci.Distribution.AspNetCore.Referrers;
using Oci.Distribution.AspNetCore.Routing;
using Oci.Distribution.AspNetCore.Tags;
using Oci.Image;

namespace Oci.Distribution.AspNetCore.Proxying;

/// <summary>Tags and referrers in a pull-through cache: the upstream's, and where it does not answer those that are in the store.</summary>
internal sealed partial class ProxyListEndpoints(TagEndpoints tags, ReferrerEndpoints referrers, IOptions<OciRegistryOptions> options, ILogger<ProxyListEndpoints> logger)
{
    private const int MaxEntries = 1_000_000;

    public async Task ListTagsAsync(RegistryCall call)
    {
        if (await TryListAsync(call, (source, token) => source.ListTagsAsync(token)).ConfigureAwait(false) is not { } names)
        {
            call.WarnStale();
            await tags.ListAsync(call).ConfigureAwait(false);
            return;
        }
        if (names.Count == 0)
        {
            await RegistryError.NameUnknown(call.Repository).WriteAsync(call.Context).ConfigureAwait(false);
            return;
        }
        names.Sort(StringComparer.Ordinal);
        await tags.AnswerAsync(call, names).ConfigureAwait(false);
    }

    public async Task ListReferrersAsync(RegistryCall call)
    {
        if (!Digest.TryParse(call.Argument, out Digest subject))
        {
            await referrers.ListAsync(call).ConfigureAwait(false);
            return;
        }
        if (await TryListAsync(call, (source, token) => source.ListReferrersAsync(subject, null, token)).ConfigureAwait(false) is not { } found)
        {
            call.WarnStale();
            await referrers.ListAsync(call).ConfigureAwait(false);
            return;
        }
        var byName = new SortedList<string, Descriptor>(StringComparer.Ordinal);
        foreach (Descriptor descriptor in found)
        {
            byName[descriptor.Digest.ToString()] = descriptor;
        }
        await referrers.AnswerAsync(call, subject, [.. byName.Keys], digest => new(byName.GetValueOrDefault(digest.ToString()))).ConfigureAwait(false);
    }

    private async Task<List<T>?> TryListAsync<T>(RegistryCall call, Func<IContentSource, CancellationToken, IAsyncEnumerable<T>> list)
    {
        var entries = new List<T>();
        try
        {
            if (options.Value.Upstream!(call.Repository.ToString()) is { } source)
            {
                await foreach (T entry in list(source, call.Cancellation).ConfigureAwait(false))
                {
                    if (entries.Count == MaxEntries)
                    {
                        throw new InvalidDataException($"The upstream's list has more than {MaxEntries} entries.");
                    }
                    entries.Add(entry);
                }
            }
            return entries;
        }
        catch (Exception e) when (!call.Cancellation.IsCancellationRequested)
        {
            // Whatever a source throws, it did not give the list.
            LogUnavailable(e, call.Repository.ToString());
            return null;
        }
    }

    [LoggerMessage(22, LogLevel.Warning, "The upstream of {Repository} did not give a list.")]
    private partial void LogUnavailable(Exception exception, string repository);
}
