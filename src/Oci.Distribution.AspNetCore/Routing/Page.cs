using System.Globalization;
using Microsoft.AspNetCore.Http;
using Oci.Distribution.AspNetCore.Errors;

namespace Oci.Distribution.AspNetCore.Routing;

/// <summary>The part of a list that <c>n</c> and <c>last</c> ask for (distribution-spec, "Listing Tags").</summary>
internal readonly record struct Page(int Size, string Last)
{
    /// <summary>Reads the query; an error where <c>n</c> is no number. A page is never larger than <paramref name="maxSize"/>.</summary>
    public static RegistryError? Parse(IQueryCollection query, int maxSize, out Page page)
    {
        int size = maxSize;
        page = default;
        if (query["n"].ToString() is { Length: > 0 } text)
        {
            if (text.AsSpan().ContainsAnyExceptInRange('0', '9'))
            {
                return new RegistryError(StatusCodes.Status400BadRequest, ErrorCodes.Unsupported, "The query's n must be a number of entries, 0 or more.");
            }
            // What is too long for an int is over the limit anyway.
            size = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? Math.Min(number, maxSize) : maxSize;
        }
        page = new Page(size, query["last"].ToString());
        return null;
    }

    /// <summary>Takes the page out of names in ordinal order; <paramref name="hasMore"/> says whether others follow.</summary>
    public IReadOnlyList<string> Take(IReadOnlyList<string> names, out bool hasMore)
    {
        int start = 0;
        if (Last.Length > 0)
        {
            int end = names.Count;
            while (start < end)
            {
                int middle = (start + end) / 2;
                if (string.CompareOrdinal(names[middle], Last) <= 0)
                {
                    start = middle + 1;
                }
                else
                {
                    end = middle;
                }
            }
        }
        int count = Math.Min(Size, names.Count - start);
        // The spec wants no Link where n is 0: it would lead nowhere.
        hasMore = count > 0 && start + count < names.Count;
        return [.. names.Skip(start).Take(count)];
    }

    /// <summary>Sets the <c>Link</c> to the page after <paramref name="last"/> (RFC 8288).</summary>
    public void SetLink(HttpResponse response, string path, string last, string extraQuery = "") =>
        response.Headers.Link = $"<{path}?n={Size.ToString(CultureInfo.InvariantCulture)}&last={Uri.EscapeDataString(last)}{extraQuery}>; rel=\"next\"";
}
