using System.Globalization;
using System.Text;

namespace Engine.Templates;

/// <summary>C's <c>strftime</c> in the C locale, with glibc's flags (<c>-</c>, <c>_</c>, <c>0</c>, <c>^</c>, <c>#</c>).</summary>
internal static class Strftime
{
    private static readonly CultureInfo Names = CultureInfo.InvariantCulture;

    public static string Format(string format, DateTime time)
    {
        var result = new StringBuilder();
        for (int i = 0; i < format.Length; i++)
        {
            if (format[i] != '%' || i + 1 == format.Length)
            {
                result.Append(format[i]);
                continue;
            }
            int start = i++;
            char flag = '\0';
            while (i < format.Length && format[i] is '-' or '_' or '0' or '^' or '#') flag = format[i++];
            int width = 0;
            while (i < format.Length && char.IsAsciiDigit(format[i]) && width < 1000) width = (width * 10) + (format[i++] - '0');
            if (i < format.Length && format[i] is 'E' or 'O') i++;
            string? text = i < format.Length ? Directive(format[i], flag, width, time) : null;
            if (text is null) i = Math.Min(i, format.Length - 1);
            result.Append(text ?? format[start..(i + 1)]);
        }
        return result.ToString();
    }

    private static string? Directive(char directive, char flag, int width, DateTime time)
    {
        string Number(int value, int digits, char padding = '0')
        {
            if (flag == '-') return value.ToString(Names);
            char fill = flag == '_' ? ' ' : flag == '0' ? '0' : padding;
            return value.ToString(Names).PadLeft(Math.Max(digits, width), fill);
        }

        string Name(string name)
        {
            if (flag is '^' or '#') name = name.ToUpperInvariant();
            return name.PadLeft(width, flag == '0' ? '0' : ' ');
        }

        int hour12 = time.Hour % 12 == 0 ? 12 : time.Hour % 12;
        int weekday = (int)time.DayOfWeek, mondayFirst = (weekday + 6) % 7;
        switch (directive)
        {
            case '%': return "%";
            case 'n': return "\n";
            case 't': return "\t";
            case 'a': return Name(Names.DateTimeFormat.AbbreviatedDayNames[weekday]);
            case 'A': return Name(Names.DateTimeFormat.DayNames[weekday]);
            case 'b' or 'h': return Name(Names.DateTimeFormat.AbbreviatedMonthNames[time.Month - 1]);
            case 'B': return Name(Names.DateTimeFormat.MonthNames[time.Month - 1]);
            case 'p': return flag == '#' ? (time.Hour < 12 ? "am" : "pm") : Name(time.Hour < 12 ? "AM" : "PM");
            case 'P': return Name(time.Hour < 12 ? "am" : "pm");
            case 'Z' or 'z': return "";
            case 'd': return Number(time.Day, 2);
            case 'e': return Number(time.Day, 2, ' ');
            case 'f': return time.ToString("ffffff", Names);
            case 'H': return Number(time.Hour, 2);
            case 'I': return Number(hour12, 2);
            case 'j': return Number(time.DayOfYear, 3);
            case 'k': return Number(time.Hour, 2, ' ');
            case 'l': return Number(hour12, 2, ' ');
            case 'm': return Number(time.Month, 2);
            case 'M': return Number(time.Minute, 2);
            case 'S': return Number(time.Second, 2);
            case 's': return ((DateTimeOffset)time).ToUnixTimeSeconds().ToString(Names);
            case 'u': return Number(mondayFirst + 1, 1);
            case 'w': return Number(weekday, 1);
            case 'y': return Number(time.Year % 100, 2);
            case 'Y': return Number(time.Year, 1);
            case 'C': return Number(time.Year / 100, 2);
            case 'g': return Number(ISOWeek.GetYear(time) % 100, 2);
            case 'G': return Number(ISOWeek.GetYear(time), 1);
            case 'V': return Number(ISOWeek.GetWeekOfYear(time), 2);
            case 'U': return Number((time.DayOfYear + 6 - weekday) / 7, 2);
            case 'W': return Number((time.DayOfYear + 6 - mondayFirst) / 7, 2);
            case 'c': return Format("%a %b %e %H:%M:%S %Y", time);
            case 'D' or 'x': return Format("%m/%d/%y", time);
            case 'F': return Format("%Y-%m-%d", time);
            case 'r': return Format("%I:%M:%S %p", time);
            case 'R': return Format("%H:%M", time);
            case 'T' or 'X': return Format("%H:%M:%S", time);
            default: return null;
        }
    }
}
